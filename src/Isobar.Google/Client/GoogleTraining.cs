using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Vertex AI's custom jobs. Google numbers them; ours are found by their display name.</summary>
internal sealed class GoogleTraining(VertexCalls calls, GoogleJobLogs logs) : ITraining
{
    public async Task<Result<TrainingRun>> StartAsync(TrainingOrder order, CancellationToken ct = default)
    {
        var there = await FindAsync(order.Name, ct).ConfigureAwait(false);
        if (there.IsOk) return new Error(ErrorCode.AlreadyExists, $"There is a custom job {order.Name} already.");
        if (there.Error.Code != ErrorCode.NotFound) return there.Error;
        var arguments = new JsonArray($"--task={order.Task}", $"--content-type={order.ContentType}", $"--seed={order.Seed.ToString(CultureInfo.InvariantCulture)}");
        if (order.Label is { } label) arguments.Add($"--label={label}");
        if (order.Ignore.Count > 0) arguments.Add($"--ignore={string.Join(',', order.Ignore)}");
        foreach (var (name, at) in order.Channels) arguments.Add($"--{name}={Uri(at)}");
        foreach (var (name, value) in order.HyperParameters) arguments.Add($"--{name}={value}");
        var scheduling = new JsonObject { ["timeout"] = $"{order.MaxRunTime.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)}s" };
        if (order.Spot) scheduling["strategy"] = "SPOT";
        var job = new JsonObject
        {
            ["displayName"] = order.Name,
            ["jobSpec"] = new JsonObject
            {
                ["baseOutputDirectory"] = new JsonObject { ["outputUriPrefix"] = $"{Uri(order.Output).TrimEnd('/')}/{order.Name}" },
                ["scheduling"] = scheduling,
                ["workerPoolSpecs"] = new JsonArray(new JsonObject
                {
                    ["machineSpec"] = new JsonObject { ["machineType"] = order.InstanceType ?? calls.Options.MachineType },
                    ["replicaCount"] = "1",
                    ["containerSpec"] = new JsonObject { ["imageUri"] = Image(calls.Options, order.Algorithm), ["args"] = arguments },
                }),
            },
        };
        var created = await calls.PostAsync($"/v1/{calls.Parent}/customJobs", job, ct).ConfigureAwait(false);
        return created.TryGet(out var made, out var error) ? Shown(made, new Dictionary<string, double>()) : error;
    }

    public async Task<Result<TrainingRun>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        var run = Shown(job, new Dictionary<string, double>());
        return run.IsFinal ? run with { Metrics = await logs.MetricsAsync(Id(job), ct).ConfigureAwait(false) } : run;
    }

    public async Task<Result<IReadOnlyList<TrainingRun>>> ListAsync(CancellationToken ct = default) =>
        (await calls.ListAsync($"/v1/{calls.Parent}/customJobs", "customJobs", ct).ConfigureAwait(false)).TryGet(out var jobs, out var error)
            ? Result<IReadOnlyList<TrainingRun>>.Ok([.. jobs.Select(j => Shown(j, new Dictionary<string, double>()))]) : error;

    public async Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => (await FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error)
        ? (await calls.PostAsync($"/v1/{job["name"]}:cancel", [], ct).ConfigureAwait(false)).Map(_ => Done.Value) : error;

    public async Task<Result<RunLogPage>> LogAsync(string name, string? after = null, CancellationToken ct = default) =>
        (await FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error) ? await logs.ReadAsync(Id(job), after, ct).ConfigureAwait(false) : error;

    public static string Uri(DataLocation at) => $"gs://{at.Bucket}/{at.Key}";

    public static string Image(GoogleClientOptions options, string algorithm) => string.Format(CultureInfo.InvariantCulture, options.ImageFormat, algorithm);

    public static DataLocation? Location(string? uri) => uri?.StartsWith("gs://", StringComparison.Ordinal) == true && uri[5..].Split('/', 2) is [var bucket, var key] ? new DataLocation(bucket, key) : null;

    public static DateTimeOffset? Time(JsonNode? node) => node is null ? null : DateTimeOffset.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture);

    private async Task<Result<JsonObject>> FindAsync(string name, CancellationToken ct)
    {
        var filter = System.Uri.EscapeDataString($"display_name=\"{name}\"");
        if (!(await calls.ListAsync($"/v1/{calls.Parent}/customJobs?filter={filter}", "customJobs", ct).ConfigureAwait(false)).TryGet(out var jobs, out var error)) return error;
        return jobs.Count > 0 ? jobs[0] : Error.NotFound($"The custom job '{name}'");
    }

    private static string Id(JsonObject job) => job["name"]!.GetValue<string>().Split('/')[^1];

    private static TrainingRun Shown(JsonObject job, IReadOnlyDictionary<string, double> metrics)
    {
        var state = job["state"]?.GetValue<string>() ?? "";
        return new TrainingRun
        {
            Name = job["displayName"]!.GetValue<string>(),
            State = state switch
            {
                "JOB_STATE_SUCCEEDED" => RunState.Completed,
                "JOB_STATE_FAILED" or "JOB_STATE_EXPIRED" => RunState.Failed,
                "JOB_STATE_CANCELLING" => RunState.Stopping,
                "JOB_STATE_CANCELLED" => RunState.Stopped,
                _ => RunState.InProgress,
            },
            Step = state.Replace("JOB_STATE_", "", StringComparison.Ordinal),
            Reason = job["error"]?["message"]?.GetValue<string>(),
            Created = Time(job["createTime"]) ?? default,
            Ended = Time(job["endTime"]),
            Metrics = metrics,
            Model = state == "JOB_STATE_SUCCEEDED" ? Location(job["jobSpec"]?["baseOutputDirectory"]?["outputUriPrefix"]?.GetValue<string>() is { } output ? output.TrimEnd('/') + "/model/model.tar.gz" : null) : null,
        };
    }
}
