using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Vertex AI's custom jobs.</summary>
internal sealed class GoogleTraining(VertexCalls calls, GoogleLogs logs) : ITraining
{
    private readonly GoogleRuns _runs = new(calls, "customJobs", "custom job");

    // Vertex AI gives each job a folder for checkpoints below its output, wanted or not.
    public bool KeepsCheckpoints => true;

    public async Task<Result<TrainingRun>> StartAsync(TrainingOrder order, CancellationToken ct = default) =>
        (await _runs.StartAsync(order.Name, new JsonObject { ["jobSpec"] = Spec(calls.Options, order) }, ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<TrainingRun>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await _runs.FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        var run = Shown(job);
        return run.IsFinal ? run with { Metrics = await logs.MetricsAsync(GoogleRuns.Id(job), ct).ConfigureAwait(false) } : run;
    }

    public async Task<Result<IReadOnlyList<TrainingRun>>> ListAsync(CancellationToken ct = default) =>
        (await _runs.ListAsync(ct).ConfigureAwait(false)).Map<IReadOnlyList<TrainingRun>>(jobs => [.. jobs.Select(Shown)]);

    public Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => _runs.CancelAsync(name, ct);

    public async Task<Result<RunLogPage>> LogAsync(string name, string? after = null, CancellationToken ct = default) =>
        (await _runs.FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error) ? await logs.ReadAsync(GoogleRuns.Id(job), after, ct).ConfigureAwait(false) : error;

    /// <summary>What a job runs, as a custom job and the trials of a search are told.</summary>
    public static JsonObject Spec(GoogleClientOptions options, TrainingOrder order)
    {
        var arguments = new JsonArray($"--task={order.Task}", $"--content-type={order.ContentType}", $"--seed={order.Seed.ToString(CultureInfo.InvariantCulture)}");
        if (order.Label is { } label) arguments.Add($"--label={label}");
        if (order.Ignore.Count > 0) arguments.Add($"--ignore={string.Join(',', order.Ignore)}");
        foreach (var (name, at) in order.Channels) arguments.Add($"--{name}={Uri(at)}");
        foreach (var (name, value) in order.HyperParameters) arguments.Add($"--{name}={value}");
        var scheduling = new JsonObject { ["timeout"] = $"{order.MaxRunTime.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)}s" };
        if (order.Spot) scheduling["strategy"] = "SPOT";
        return new JsonObject
        {
            ["baseOutputDirectory"] = new JsonObject { ["outputUriPrefix"] = $"{Uri(order.Output).TrimEnd('/')}/{order.Name}" },
            ["scheduling"] = scheduling,
            ["workerPoolSpecs"] = new JsonArray(new JsonObject
            {
                ["machineSpec"] = GoogleMachines.Spec(order.InstanceType ?? options.MachineType),
                ["replicaCount"] = "1",
                ["containerSpec"] = new JsonObject { ["imageUri"] = Image(options, order.Code is null ? order.Algorithm : CodeWords.Name), ["args"] = order.Code is { } code ? CodeArguments(order, code) : arguments },
            }),
        };
    }

    // The image isobar/code unpacks the archive and runs the program in it.
    private static JsonArray CodeArguments(TrainingOrder order, TrainingCode code) =>
        [$"--code={Uri(code.Archive)}", $"--entry={code.Entry}", .. order.Channels.Select(c => (JsonNode)$"--channel.{c.Key}={Uri(c.Value)}"), .. order.HyperParameters.Select(h => (JsonNode)$"--parameter.{h.Key}={h.Value}")];

    public static string Uri(DataLocation at) => $"gs://{at.Bucket}/{at.Key}";

    public static string Image(GoogleClientOptions options, string algorithm) => string.Format(CultureInfo.InvariantCulture, options.ImageFormat, algorithm);

    public static DataLocation? Location(string? uri) => uri?.StartsWith("gs://", StringComparison.Ordinal) == true && uri[5..].Split('/', 2) is [var bucket, var key] ? new DataLocation(bucket, key) : null;

    public static DateTimeOffset? Time(JsonNode? node) => node is null ? null : DateTimeOffset.Parse(node.GetValue<string>(), CultureInfo.InvariantCulture);

    private static TrainingRun Shown(JsonObject job)
    {
        var state = job["state"]?.GetValue<string>() ?? "";
        return new TrainingRun
        {
            Name = job["displayName"]!.GetValue<string>(),
            State = GoogleRuns.State(job),
            Step = state.Replace("JOB_STATE_", "", StringComparison.Ordinal),
            Reason = GoogleRuns.Reason(job),
            Created = Time(job["createTime"]) ?? default,
            Ended = Time(job["endTime"]),
            Model = state == "JOB_STATE_SUCCEEDED" ? Location(job["jobSpec"]?["baseOutputDirectory"]?["outputUriPrefix"]?.GetValue<string>() is { } output ? output.TrimEnd('/') + "/model/model.tar.gz" : null) : null,
        };
    }
}
