using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Vertex AI's batch prediction jobs. They read JSON Lines, or CSV with a header: what has no header is laid beside the output as JSON Lines first.</summary>
internal sealed class GoogleBatch(VertexCalls calls, IObjects objects) : IBatch
{
    private const string Instances = "instances/", Results = "prediction.results";
    private readonly GoogleRuns _runs = new(calls, "batchPredictionJobs", "batch prediction");

    // 1. See that it can be done. 2. Find the objects, and turn into instances what Vertex AI does not read. 3. Start the job.
    public async Task<Result<BatchRun>> StartAsync(BatchOrder order, CancellationToken ct = default)
    {
        // 1.
        if (order.JoinInput) return new Error(ErrorCode.Unimplemented, "Vertex AI writes each instance in front of its prediction anyway; joined in CSV they are not offered.");
        if (!order.SplitLines) return new Error(ErrorCode.Unimplemented, "Vertex AI's batch predictions read a record a line.");
        if (BatchRows.FormatOf(order.ContentType) is not { } format) return Error.Invalid("ContentType", order.ContentType, "Batch predictions of Vertex AI read text/csv and application/jsonlines.");

        // 2.
        if (!(await objects.ListAsync(order.Input, ct).ConfigureAwait(false)).TryGet(out var found, out var error)) return error;
        var inputs = found.Where(o => !o.Key.EndsWith('/')).Select(o => order.Input with { Key = o.Key }).ToList();
        if (inputs.Count == 0) return Error.NotFound($"An object below {order.Input}");
        for (var i = 0; i < inputs.Count && format == BatchRows.Format.CsvWithoutHeader; i++)
        {
            var target = Below(order.Output, $"{Instances}{order.Name}/{i:d5}.jsonl");
            if ((await LayOutAsync(inputs[i], target, ct).ConfigureAwait(false)).Error is { } fault) return fault;
            inputs[i] = target;
        }

        // 3.
        return (await _runs.StartAsync(order.Name, new JsonObject
        {
            ["model"] = $"{calls.Parent}/models/{order.Model}",
            ["inputConfig"] = new JsonObject
            {
                ["instancesFormat"] = format == BatchRows.Format.CsvWithHeader ? "csv" : "jsonl",
                ["gcsSource"] = new JsonObject { ["uris"] = new JsonArray([.. inputs.Select(i => JsonValue.Create(GoogleTraining.Uri(i)))]) },
            },
            ["outputConfig"] = new JsonObject { ["predictionsFormat"] = "jsonl", ["gcsDestination"] = new JsonObject { ["outputUriPrefix"] = GoogleTraining.Uri(order.Output) } },
            ["dedicatedResources"] = new JsonObject { ["machineSpec"] = GoogleMachines.Spec(order.InstanceType ?? calls.Options.MachineType), ["startingReplicaCount"] = 1, ["maxReplicaCount"] = 1 },
        }, ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<BatchRun>> GetAsync(string name, CancellationToken ct = default) => (await _runs.FindAsync(name, ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<IReadOnlyList<BatchRun>>> ListAsync(CancellationToken ct = default) =>
        (await _runs.ListAsync(ct).ConfigureAwait(false)).Map<IReadOnlyList<BatchRun>>(all => [.. all.Select(Shown)]);

    public Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => _runs.CancelAsync(name, ct);

    /// <summary>Reads the job's files of results; records that were refused stand in none of them.</summary>
    public async Task<Result<IReadOnlyList<string>>> PredictionsAsync(string name, CancellationToken ct = default)
    {
        if (!(await _runs.FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        if (GoogleRuns.State(job) != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The batch prediction {name} is {GoogleRuns.State(job)}.");
        if (GoogleTraining.Location(job["outputInfo"]?["gcsOutputDirectory"]?.GetValue<string>()) is not { } folder) return new Error(ErrorCode.FailedPrecondition, $"The batch prediction {name} names no folder of its output.");
        if (!(await objects.ListAsync(Below(folder, Results), ct).ConfigureAwait(false)).TryGet(out var files, out error)) return error;
        var lines = new List<string>();
        foreach (var file in files)
        {
            if (!(await objects.GetAsync(folder with { Key = file.Key }, ct).ConfigureAwait(false)).TryGet(out var content, out error)) return error;
            using var reader = new StreamReader(content);
            while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
                if (line.Length > 0 && JsonNode.Parse(line) is JsonObject record) lines.Add(BatchRows.Csv(record["prediction"]));
        }
        return lines;
    }

    private async Task<Result<Done>> LayOutAsync(DataLocation from, DataLocation to, CancellationToken ct)
    {
        if (!(await objects.GetAsync(from, ct).ConfigureAwait(false)).TryGet(out var content, out var error)) return error;
        await using var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
        await using (content) await BatchRows.ToJsonLinesAsync(content, file, ct).ConfigureAwait(false);
        file.Position = 0;
        return (await objects.PutAsync(to, file, "application/jsonlines", ct).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    private static DataLocation Below(DataLocation folder, string key) => folder with { Key = folder.Key.Length == 0 || folder.Key.EndsWith('/') ? folder.Key + key : $"{folder.Key}/{key}" };

    private static BatchRun Shown(JsonObject job) => new(job["displayName"]!.GetValue<string>(), GoogleRuns.State(job), GoogleRuns.Reason(job), GoogleTraining.Time(job["createTime"]) ?? default, GoogleTraining.Time(job["endTime"]));
}
