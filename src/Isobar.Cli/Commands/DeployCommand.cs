using System.CommandLine;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar deploy</c>: puts the model of a job, a file or a registered model behind an endpoint.</summary>
internal static class DeployCommand
{
    private static readonly Argument<string> Endpoint = new("endpoint") { HelpName = "endpoint", Description = "The endpoint's name; one that is there already is changed without losing a request" };
    private static readonly Option<string?> Job = new("--job") { HelpName = "job", Description = "A finished training job" };
    private static readonly Option<string?> Model = new("--model") { HelpName = "model", Description = "A registered model" };
    private static readonly Option<string?> Onnx = new("--file") { Description = "Any ONNX file, or a model.tar.gz" };
    private static readonly Option<string> Algorithm = new("--algorithm") { Description = "The algorithm of the job", DefaultValueFactory = _ => "boosted-trees" };
    private static readonly Option<string?> Capture = new("--capture") { Description = "s3://bucket/prefix that receives requests and replies" };

    public static Command Create()
    {
        var command = new Command("deploy", "Deploy a model to an endpoint") { Endpoint, Job, Model, Onnx, Algorithm, Capture };
        command.Validators.Add(r =>
        {
            if (new Option[] { Job, Model, Onnx }.Count(o => r.GetResult(o) is not null) != 1) r.AddError("Give one of --job, --model and --file.");
        });
        Endpoint.CompletionSources.Add(Completing.Endpoints);
        Job.CompletionSources.Add(Completing.Jobs);
        Model.CompletionSources.Add(Completing.Models);
        Session.Serve(command, RunAsync);
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        var name = session.Get(Endpoint);
        if (!(await ModelAsync(session, name, ct)).TryGet(out var model, out var error)) return error;
        var capture = session.Get(Capture)?.Replace("s3://", "", StringComparison.Ordinal).Split('/', 2);
        var order = new EndpointOrder(name, [new("main", model)]) { CaptureTo = capture is null ? null : new(capture[0], capture.Length > 1 ? capture[1] : "") };
        if ((await session.Cloud.Serving.DeployAsync(order, ct)).Error is { } refused) return session.Get(Model) is { } typed ? Session.Suggest(refused, typed, await session.Cloud.Models.ListAsync(ct), m => m.Name) : refused;
        if ((await Watching.UntilInServiceAsync(session.Cloud, name, session.Time, ct)).Error is { } failed) return failed;
        if (session.Json) Output.Json(new JsonObject { ["endpoint"] = name, ["state"] = "InService", ["model"] = model });
        else Console.WriteLine($"{name} is in service with the model {model}\npredict: isobar predict {name} --file rows.csv");
        return null;
    }

    private static async Task<Result<string>> ModelAsync(Session session, string endpoint, CancellationToken ct)
    {
        var cloud = session.Cloud;
        if (session.Get(Model) is { } known) return known;
        if (session.Get(Job) is { } job)
        {
            if (!(await cloud.Training.GetAsync(job, ct)).TryGet(out var run, out var error)) return Session.Suggest(error, job, await cloud.Training.ListAsync(ct), j => j.Name);
            if (run.Model is not { } artifact) return new Error(ErrorCode.FailedPrecondition, $"The job {job} has no model: it is {run.State}. {run.Reason}");
            if ((await cloud.Models.GetAsync(job, ct)).IsOk) return job;
            return (await cloud.Models.RegisterAsync(new(job, artifact) { Algorithm = session.Get(Algorithm) }, ct)).Map(m => m.Name);
        }
        var file = session.Get(Onnx)!;
        var model = $"{endpoint[..Math.Min(endpoint.Length, 40)]}-{session.Time.GetUtcNow():yyyyMMdd-HHmmss}";
        if (!(await TrainCommand.UploadAsync(cloud, new(TrainCommand.Bucket, $"models/{model}/{Path.GetFileName(file)}"), file, ct)).TryGet(out var at, out var missing)) return missing;
        return (await cloud.Models.RegisterAsync(new(model, at), ct)).Map(m => m.Name);
    }
}
