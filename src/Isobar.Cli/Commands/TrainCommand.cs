using System.CommandLine;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar train</c>: uploads a file, trains on it and shows the job until it ends.</summary>
internal static class TrainCommand
{
    public const string Bucket = "isobar-cli";
    private static readonly Argument<string> File = new("data") { Description = "A CSV file with a header, or s3://bucket/prefix" };
    private static readonly Option<string?> Label = new("--label") { Description = "The column to predict" };
    private static readonly Option<string?> Task = new("--task") { Description = "binary, multiclass, regression, clustering, anomaly or projection (default: told by the label)" };
    private static readonly Option<string> Algorithm = new("--algorithm") { Description = string.Join(", ", AlgorithmCatalog.All.Select(a => a.Name)), DefaultValueFactory = _ => "boosted-trees" };
    private static readonly Option<string?> Validation = new("--validation") { Description = "A CSV file, or s3://bucket/prefix, to measure the model on" };
    private static readonly Option<string?> Name = new("--name") { Description = "The job's name" };
    private static readonly Option<string[]> Set = new("--set") { Description = "A hyperparameter, as name=value; may be repeated" };
    private static readonly Option<string[]> Ignore = new("--ignore") { Description = "A column to leave out; may be repeated" };
    private static readonly Option<int> Seed = new("--seed") { Description = "The seed of every draw" };
    private static readonly Option<bool> Spot = new("--spot") { Description = "Allow interruptible capacity" };
    private static readonly Option<bool> Detach = new("--detach") { Description = "Return at once; 'isobar jobs' and 'isobar logs' tell the rest" };

    public static Command Create()
    {
        Algorithm.CompletionSources.Add(_ => AlgorithmCatalog.All.Select(a => a.Name));
        var command = new Command("train", "Train a model on a file and show the job until it ends") { File, Label, Task, Algorithm, Validation, Name, Set, Ignore, Seed, Spot, Detach };
        Session.Serve(command, RunAsync);
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in session.Get(Set) ?? [])
        {
            if (pair.Split('=', 2) is not [{ Length: > 0 } key, var value]) return Error.Invalid("--set", pair, $"--set takes name=value; '{pair}' is not.");
            values[key] = value;
        }
        var algorithm = session.Get(Algorithm);
        if (!AlgorithmCatalog.All.Any(a => a.Name == algorithm))
        {
            var names = AlgorithmCatalog.All.Select(a => a.Name).ToList();
            return Error.Invalid("--algorithm", algorithm, $"--algorithm: '{algorithm}' is not one of {string.Join(", ", names)}.{(Nearest.To(algorithm, names) is { } near ? $" Did you mean '{near}'?" : "")}");
        }
        var (data, label) = (session.Get(File), session.Get(Label));
        var local = !data.StartsWith("s3://", StringComparison.Ordinal);
        if (local && !System.IO.File.Exists(data)) return Error.NotFound($"The file {data}");
        if (session.Get(Task) is not { } task)
        {
            if (label is null || !local) return Error.Invalid("--task", null, "--task is needed where there is no local file with a --label to tell it by.");
            if (!LabelTask.Tell(data, label).TryGet(out task, out var untold)) return untold;
        }
        var name = session.Get(Name) ?? $"train-{session.Time.GetUtcNow():yyyyMMdd-HHmmss}";
        var channels = new Dictionary<string, DataLocation>();
        foreach (var (channel, path) in new[] { ("train", data), ("validation", session.Get(Validation)) })
        {
            if (path is null) continue;
            if (!(await PlaceAsync(session.Cloud, name, channel, path, ct)).TryGet(out var at, out var missing)) return missing;
            channels[channel] = at;
        }
        var order = new TrainingOrder
        {
            Name = name,
            Algorithm = algorithm,
            Task = task,
            Label = label,
            Ignore = session.Get(Ignore) ?? [],
            HyperParameters = values,
            Channels = channels,
            Output = new(Bucket, "models"),
            Spot = session.Get(Spot),
            Seed = session.Get(Seed),
        };
        if ((await session.Cloud.Objects.EnsureBucketAsync(Bucket, ct)).Error is { } unmade) return unmade;
        if (!(await session.Cloud.Training.StartAsync(order, ct)).TryGet(out var started, out var error)) return error;
        if (session.Get(Detach))
        {
            if (session.Json) Output.Json(Watching.Describe(started)); else Console.WriteLine(name);
            return null;
        }
        if (!(await Watching.UntilFinalAsync(session.Cloud, [name], session.Json, session.Time, ct)).TryGet(out var runs, out error)) return error;
        if (runs[0].State != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The job {name} ended as {runs[0].State}: {runs[0].Reason}");
        if (!session.Json) Console.WriteLine($"model: s3://{runs[0].Model}\ndeploy it: isobar deploy my-endpoint --job {name}{(order.Algorithm == "boosted-trees" ? "" : $" --algorithm {order.Algorithm}")}");
        return null;
    }

    private static async Task<Result<DataLocation>> PlaceAsync(ICloud cloud, string job, string channel, string path, CancellationToken ct)
    {
        if (path.StartsWith("s3://", StringComparison.Ordinal))
        {
            var parts = path["s3://".Length..].Split('/', 2);
            return new DataLocation(parts[0], parts.Length > 1 ? parts[1] : "");
        }
        return await UploadAsync(cloud, new(Bucket, $"data/{job}/{channel}/{Path.GetFileName(path)}"), path, ct);
    }

    /// <summary>Uploads a local file.</summary>
    public static async Task<Result<DataLocation>> UploadAsync(ICloud cloud, DataLocation at, string path, CancellationToken ct)
    {
        if (!System.IO.File.Exists(path)) return Error.NotFound($"The file {path}");
        if ((await cloud.Objects.EnsureBucketAsync(at.Bucket, ct)).Error is { } unmade) return unmade;
        await using var content = System.IO.File.OpenRead(path);
        return (await cloud.Objects.PutAsync(at, content, ct: ct)).Map(_ => at);
    }
}
