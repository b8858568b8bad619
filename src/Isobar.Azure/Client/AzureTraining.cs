using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Command jobs that run <c>isobar-train</c>.</summary>
internal sealed class AzureTraining(AzureWorkspace workspace, AzureObjects objects, AzureJobLogs logs) : ITraining
{
    public const string Output = "model", Checkpoints = "checkpoints";
    private const string Archive = "model.tar.gz";

    /// <summary>In an output that is mounted: a job finds there what the one before it left, and what it writes is kept while it runs.</summary>
    public bool KeepsCheckpoints => true;

    // 1. A job of the name stands. 2. Bind the channels. 3. Send the job.
    public async Task<Result<TrainingRun>> StartAsync(TrainingOrder order, CancellationToken ct = default)
    {
        // 1.
        var there = await workspace.GetAsync(Path(order.Name), ct).ConfigureAwait(false);
        if (there.IsOk) return new Error(ErrorCode.AlreadyExists, $"There is a job {order.Name} already.");
        if (there.Error.Code != ErrorCode.NotFound) return there.Error;

        // 2.
        if (!(await InputsAsync(order.Code is { } sent ? order with { Channels = order.Channels.Append(new(AzureCode.Input, sent.Archive)).ToDictionary() } : order, ct).ConfigureAwait(false)).TryGet(out var inputs, out var unbound)) return unbound;
        var folder = order.Output with { Key = $"{order.Output.Key.TrimEnd('/')}/{order.Name}/".TrimStart('/') };
        if (!(await workspace.UriAsync(folder, ct).ConfigureAwait(false)).TryGet(out var output, out var failed)) return failed;
        var outputs = new JsonObject { [Output] = new JsonObject { ["jobOutputType"] = "uri_folder", ["uri"] = output } };
        if (order.Checkpoints)
        {
            if (!(await workspace.UriAsync(order.CheckpointsAt, ct).ConfigureAwait(false)).TryGet(out var kept, out failed)) return failed;
            outputs[Checkpoints] = new JsonObject { ["jobOutputType"] = "uri_folder", ["mode"] = "ReadWriteMount", ["uri"] = kept };
        }

        // 3.
        var properties = new JsonObject
        {
            ["jobType"] = "Command",
            ["displayName"] = order.Name,
            ["command"] = order.Code is { } code ? AzureCode.Command(order, code, inputs) : Command(order),
            ["environmentId"] = workspace.Options.Environment,
            ["inputs"] = inputs,
            ["outputs"] = outputs,
            ["limits"] = new JsonObject { ["jobLimitsType"] = "Command", ["timeout"] = XmlConvert.ToString(order.MaxRunTime) },
            ["resources"] = new JsonObject { ["instanceCount"] = 1, ["instanceType"] = order.InstanceType ?? workspace.Options.InstanceType },
        };
        if (workspace.Options.Compute is { } compute) properties["computeId"] = compute;
        if (order.Spot) properties["queueSettings"] = new JsonObject { ["jobTier"] = "Spot" };
        return (await workspace.PutAsync(Path(order.Name), new JsonObject { ["properties"] = properties }, ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<TrainingRun>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await workspace.GetAsync(Path(name), ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        var run = Shown(job);
        // A trial of a sweep stores its model where the service chose.
        if (run is { State: RunState.Completed, Model: null } && await workspace.LocationAsync(Target(job), ct).ConfigureAwait(false) is { } folder) run = run with { Model = Packed(folder) };
        if (!run.IsFinal) return run;
        // Every job is a run of MLflow's, where its metrics are.
        if (!(await workspace.MetricsAsync(name, ct).ConfigureAwait(false)).TryGet(out var metrics, out error)) return error;
        run = run with { Metrics = metrics };
        // Code that logs nothing to MLflow may write its metrics as lines, as it does on every cloud; and why a program failed is told by its last line alone.
        var mute = run is { State: RunState.Failed, Reason: null };
        if (metrics.Count > 0 && !mute || !(await logs.ReadAsync(name, true, null, ct).ConfigureAwait(false)).TryGet(out var log, out _) || log.Lines.Count == 0) return run;
        return run with { Metrics = metrics.Count > 0 ? metrics : LogMetrics.Of(log.Lines), Reason = mute ? log.Lines[^1].Text : run.Reason };
    }

    public async Task<Result<IReadOnlyList<TrainingRun>>> ListAsync(CancellationToken ct = default) =>
        (await workspace.ListAsync("jobs?jobType=Command", ct).ConfigureAwait(false)).TryGet(out var jobs, out var error) ? Result<IReadOnlyList<TrainingRun>>.Ok([.. jobs.Select(Shown)]) : error;

    public async Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) =>
        (await workspace.PostAsync(Path(name) + "/cancel", null, ct).ConfigureAwait(false)).Map(_ => Done.Value);

    public async Task<Result<RunLogPage>> LogAsync(string name, string? after = null, CancellationToken ct = default) =>
        (await workspace.GetAsync(Path(name), ct).ConfigureAwait(false)).TryGet(out var job, out var error) ? await logs.ReadAsync(name, Shown(job).IsFinal, after, ct).ConfigureAwait(false) : error;

    /// <summary>The channels as inputs of a job.</summary>
    public async Task<Result<JsonObject>> InputsAsync(TrainingOrder order, CancellationToken ct)
    {
        var inputs = new JsonObject();
        foreach (var (name, at) in order.Channels)
        {
            if (!(await objects.ExistsAsync(at, ct).ConfigureAwait(false)).TryGet(out var isFile, out var error)) return error;
            if (!(await workspace.UriAsync(at, ct).ConfigureAwait(false)).TryGet(out var uri, out error)) return error;
            inputs[name] = new JsonObject { ["jobInputType"] = isFile ? "uri_file" : "uri_folder", ["uri"] = uri };
        }
        return inputs;
    }

    private static string Path(string name) => "jobs/" + Uri.EscapeDataString(name);

    /// <summary>The line that a shell runs: what comes from the order is quoted, what the service fills in is not.</summary>
    internal static string Command(TrainingOrder order)
    {
        List<string> words = ["isobar-train", "--algorithm", Quote(order.Algorithm), "--task", Quote(order.Task), "--content-type", Quote(order.ContentType), "--seed", order.Seed.ToString(CultureInfo.InvariantCulture)];
        if (order.Label is { } label) words.AddRange(["--label", Quote(label)]);
        if (order.Ignore.Count > 0) words.AddRange(["--ignore", Quote(string.Join(',', order.Ignore))]);
        foreach (var name in order.Channels.Keys) words.AddRange(["--" + name, $"${{{{inputs.{name}}}}}"]);
        foreach (var (name, value) in order.HyperParameters) words.AddRange([Quote("--" + name), Quote(value)]);
        words.AddRange(["--model", $"${{{{outputs.{Output}}}}}/{Archive}"]);
        if (order.Checkpoints) words.AddRange(["--checkpoints", $"${{{{outputs.{Checkpoints}}}}}"]);
        return string.Join(' ', words);
    }

    internal static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string? Target(JsonObject job) => job["properties"]?["outputs"]?[Output]?["uri"]?.GetValue<string>();

    private static DataLocation Packed(DataLocation folder) => folder with { Key = $"{folder.Key.TrimEnd('/')}/{Archive}".TrimStart('/') };

    internal static TrainingRun Shown(JsonObject job)
    {
        var properties = job["properties"] as JsonObject ?? [];
        var facts = properties["properties"] as JsonObject ?? [];
        var status = properties["status"]?.GetValue<string>() ?? "";
        var state = status switch
        {
            "Completed" => RunState.Completed,
            "Failed" => RunState.Failed,
            "CancelRequested" => RunState.Stopping,
            "Canceled" => RunState.Stopped,
            _ => RunState.InProgress,
        };
        var folder = AzureWorkspace.Location(Target(job));
        return new TrainingRun
        {
            Name = job["name"]!.GetValue<string>(),
            State = state,
            Step = status,
            Reason = facts["error"]?.GetValue<string>(),
            Created = AzureWorkspace.Created(job),
            Ended = AzureWorkspace.Time(facts["EndTimeUtc"]),
            Model = state == RunState.Completed && folder is not null ? Packed(folder) : null,
        };
    }
}
