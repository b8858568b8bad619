using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>
/// Batch endpoints. A batch is a job that an endpoint of the model's own starts; the endpoint is made for the model's first batch, and taken down again once
/// none of its batches is under way: the jobs stay. The service reads CSV with a header; rows without one, and JSON lines, are made into that.
/// </summary>
internal sealed class AzureBatch(AzureWorkspace workspace, AzureObjects objects, AzureModels models) : IBatch
{
    private const string Prefix = "isobar-", Deployment = "model", Output = "score", File = "predictions.csv", EndpointFact = "azureml.batchEndpointName";
    private static readonly string[] JsonLines = ["application/jsonlines", "application/x-jsonlines", "application/jsonl"];

    // 1. See that it can be done. 2. Name the columns where the rows do not: the service reads CSV with a header. 3. Have an endpoint. 4. Start the job.
    public async Task<Result<BatchRun>> StartAsync(BatchOrder order, CancellationToken ct = default)
    {
        // 1.
        if (order.JoinInput || !order.SplitLines) return new Error(ErrorCode.Unimplemented, "Batch endpoints of Azure read a record a line, and write the predictions without their inputs.");
        var type = order.ContentType.ToLowerInvariant().Split(';', StringSplitOptions.TrimEntries);
        var isJson = JsonLines.Contains(type[0]);
        if (type[0] != "text/csv" && !isJson) return Error.Invalid("ContentType", order.ContentType, "Batch predictions over Azure read text/csv and application/jsonlines.");
        if (!(await models.GetAsync(order.Model, ct).ConfigureAwait(false)).TryGet(out var model, out var error)) return error;
        var there = await workspace.GetAsync(Job(order.Name), ct).ConfigureAwait(false);
        if (there.IsOk) return new Error(ErrorCode.AlreadyExists, $"There is a job {order.Name} already.");
        if (there.Error.Code != ErrorCode.NotFound) return there.Error;

        // 2.
        var (input, folder) = (order.Input, Below(order.Output, order.Name + "/"));
        if (isJson || !type.Contains("header=present"))
        {
            input = Below(folder, "input/");
            if ((await HeadedRows.LayAsync(objects, order.Input, input, model, isJson, ct).ConfigureAwait(false)).Error is { } fault) return fault;
        }
        if (!(await objects.ExistsAsync(input, ct).ConfigureAwait(false)).TryGet(out var isFile, out error)) return error;
        if (!(await workspace.UriAsync(input, ct).ConfigureAwait(false)).TryGet(out var source, out error) || !(await workspace.UriAsync(Below(folder, "output/"), ct).ConfigureAwait(false)).TryGet(out var target, out error)) return error;

        // 3. and 4. An endpoint that was taken down in between is made once more.
        var started = await InvokeAsync().ConfigureAwait(false);
        if (started.Error is { Code: ErrorCode.NotFound }) started = await InvokeAsync().ConfigureAwait(false);
        return started.Map(Shown);

        async Task<Result<JsonObject>> InvokeAsync() => (await EndpointAsync(order, ct).ConfigureAwait(false)).TryGet(out var address, out var unmade) ? await workspace.InvokeAsync(address, new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["name"] = order.Name,
                ["experimentName"] = order.Name,
                ["InputData"] = new JsonObject { ["input"] = new JsonObject { ["JobInputType"] = isFile ? "UriFile" : "UriFolder", ["Uri"] = source } },
                ["OutputData"] = new JsonObject { [Output] = new JsonObject { ["JobOutputType"] = "UriFolder", ["Uri"] = target } },
            },
        }, ct).ConfigureAwait(false) : unmade;
    }

    public async Task<Result<BatchRun>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await workspace.GetAsync(Job(name), ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        var run = Shown(job);
        if (run.IsFinal && Endpoint(job) is { } endpoint && (await ReleaseAsync(endpoint, ct).ConfigureAwait(false)).Error is { } kept) return kept;
        return run;
    }

    public async Task<Result<IReadOnlyList<BatchRun>>> ListAsync(CancellationToken ct = default) =>
        (await JobsAsync(null, ct).ConfigureAwait(false)).Map(jobs => (IReadOnlyList<BatchRun>)[.. jobs.Select(Shown).OrderByDescending(r => r.Created)]);

    /// <summary>Reads <c>predictions.csv</c>: a line has the row's number, its prediction and its file.</summary>
    public async Task<Result<IReadOnlyList<string>>> PredictionsAsync(string name, CancellationToken ct = default)
    {
        if (!(await workspace.GetAsync(Job(name), ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        if (Shown(job).State != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The batch {name} is {job["properties"]?["status"]}: only a completed one has all its predictions.");
        if (AzureWorkspace.Location(job["properties"]?["outputs"]?[Output]?["uri"]?.GetValue<string>()) is not { } folder) return new Error(ErrorCode.FailedPrecondition, $"The batch {name} names no place of its output.");
        if (!(await objects.GetAsync(Below(folder, File), ct).ConfigureAwait(false)).TryGet(out var content, out error)) return error;
        using var reader = new StreamReader(content);
        return await HeadedRows.ColumnAsync(reader, 1, ct).ConfigureAwait(false);
    }

    public async Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => (await workspace.PostAsync(Job(name) + "/cancel", null, ct).ConfigureAwait(false)).Map(_ => Done.Value);

    /// <summary>Takes an endpoint down that no batch needs any more.</summary>
    private async Task<Result<Done>> ReleaseAsync(string endpoint, CancellationToken ct)
    {
        var path = "batchEndpoints/" + endpoint;
        if ((await workspace.GetAsync(path, ct).ConfigureAwait(false)).Error is { } gone) return gone.Code == ErrorCode.NotFound ? Done.Value : gone;
        if (!(await JobsAsync(endpoint, ct).ConfigureAwait(false)).TryGet(out var jobs, out var error)) return error;
        if (jobs.Any(j => !Shown(j).IsFinal)) return Done.Value;
        var deleted = await workspace.OperateAsync(HttpMethod.Delete, path, null, ct).ConfigureAwait(false);
        // Somebody else may have been faster.
        return deleted.Error is { Code: ErrorCode.NotFound } ? Done.Value : deleted;
    }

    /// <summary>The jobs of this client's endpoints, or of one of them.</summary>
    private async Task<Result<List<JsonObject>>> JobsAsync(string? endpoint, CancellationToken ct) =>
        (await workspace.ListAsync("jobs?jobType=Pipeline", ct).ConfigureAwait(false)).Map(all => all.Where(j => Endpoint(j) is { } of && (endpoint is null || of == endpoint)).ToList());

    /// <summary>The endpoint that a job was started by, where that is one of this client's.</summary>
    private static string? Endpoint(JsonObject job) => job["properties"]?["properties"]?[EndpointFact]?.GetValue<string>() is { } name && name.StartsWith(Prefix, StringComparison.Ordinal) ? name : null;

    /// <summary>The address that starts jobs of the model.</summary>
    private async Task<Result<string>> EndpointAsync(BatchOrder order, CancellationToken ct)
    {
        var path = "batchEndpoints/" + Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(order.Model)))[..20];
        if (!(await workspace.FactsAsync(ct).ConfigureAwait(false)).TryGet(out var facts, out var error)) return error;
        var found = await workspace.GetAsync(path, ct).ConfigureAwait(false);
        if (found.Error is { Code: not ErrorCode.NotFound } unread) return unread;
        if (!found.TryGet(out var endpoint, out _) || endpoint["properties"]?["defaults"]?["deploymentName"] is null)
        {
            if ((await workspace.OperateAsync(HttpMethod.Put, path, Endpoint(null), ct).ConfigureAwait(false)).Error is { } unmade) return unmade;
            var properties = new JsonObject
            {
                ["model"] = new JsonObject { ["referenceType"] = "Id", ["assetId"] = workspace.IdOf(AzureModels.Version(order.Model)) },
                ["outputAction"] = "AppendRow",
                ["outputFileName"] = File,
                // A batch with a row that the model refuses has failed.
                ["errorThreshold"] = 0,
                ["resources"] = new JsonObject { ["instanceCount"] = 1, ["instanceType"] = order.InstanceType ?? workspace.Options.InstanceType },
            };
            if (workspace.Options.Compute is { } compute) properties["compute"] = compute;
            if ((await workspace.OperateAsync(HttpMethod.Put, $"{path}/deployments/{Deployment}", new JsonObject { ["location"] = facts.Location, ["properties"] = properties }, ct).ConfigureAwait(false)).Error is { } undeployed) return undeployed;
            if ((await workspace.OperateAsync(HttpMethod.Put, path, Endpoint(Deployment), ct).ConfigureAwait(false)).Error is { } unset) return unset;
            if (!(await workspace.GetAsync(path, ct).ConfigureAwait(false)).TryGet(out endpoint, out error)) return error;
        }
        return endpoint["properties"]?["scoringUri"]?.GetValue<string>() is { Length: > 0 } address ? address : new Error(ErrorCode.FailedPrecondition, $"The batch endpoint of the model {order.Model} has no address.");

        JsonObject Endpoint(string? chosen)
        {
            var properties = new JsonObject { ["authMode"] = "AADToken", ["description"] = $"Batches of {order.Model}" };
            if (chosen is not null) properties["defaults"] = new JsonObject { ["deploymentName"] = chosen };
            return new JsonObject { ["location"] = facts.Location, ["identity"] = new JsonObject { ["type"] = "SystemAssigned" }, ["properties"] = properties };
        }
    }

    private static string Job(string name) => "jobs/" + Uri.EscapeDataString(name);

    private static DataLocation Below(DataLocation at, string key) => at with { Key = at.Key.Length == 0 || at.Key.EndsWith('/') ? at.Key + key : $"{at.Key}/{key}" };

    private static BatchRun Shown(JsonObject job)
    {
        var run = AzureTraining.Shown(job);
        return new BatchRun(run.Name, run.State, run.Reason, run.Created, run.Ended);
    }
}
