using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Jobs of one collection. Google numbers them; ours are found by their display name.</summary>
internal sealed class GoogleRuns(VertexCalls calls, string collection, string what)
{
    private string Path => $"/v1/{calls.Parent}/{collection}";

    public async Task<Result<JsonObject>> FindAsync(string name, CancellationToken ct)
    {
        if (!(await calls.ListAsync($"{Path}?filter={Uri.EscapeDataString($"display_name=\"{name}\"")}", collection, ct).ConfigureAwait(false)).TryGet(out var jobs, out var error)) return error;
        return jobs.Count > 0 ? jobs[0] : Error.NotFound($"The {what} '{name}'");
    }

    public Task<Result<IReadOnlyList<JsonObject>>> ListAsync(CancellationToken ct) => calls.ListAsync(Path, collection, ct);

    /// <summary>Starts a job, unless there is one of its name.</summary>
    public async Task<Result<JsonObject>> StartAsync(string name, JsonObject job, CancellationToken ct)
    {
        var there = await FindAsync(name, ct).ConfigureAwait(false);
        if (there.IsOk) return new Error(ErrorCode.AlreadyExists, $"There is a {what} {name} already.");
        if (there.Error.Code != ErrorCode.NotFound) return there.Error;
        job["displayName"] = name;
        return await calls.PostAsync(Path, job, ct).ConfigureAwait(false);
    }

    public async Task<Result<Done>> CancelAsync(string name, CancellationToken ct) => (await FindAsync(name, ct).ConfigureAwait(false)).TryGet(out var job, out var error)
        ? (await calls.PostAsync($"/v1/{job["name"]}:cancel", [], ct).ConfigureAwait(false)).Map(_ => Done.Value) : error;

    public static string Id(JsonObject job) => job["name"]!.GetValue<string>().Split('/')[^1];

    public static RunState State(JsonObject job) => job["state"]?.GetValue<string>() switch
    {
        "JOB_STATE_SUCCEEDED" or "JOB_STATE_PARTIALLY_SUCCEEDED" => RunState.Completed,
        "JOB_STATE_FAILED" or "JOB_STATE_EXPIRED" => RunState.Failed,
        "JOB_STATE_CANCELLING" => RunState.Stopping,
        "JOB_STATE_CANCELLED" => RunState.Stopped,
        _ => RunState.InProgress,
    };

    public static string? Reason(JsonObject job) => job["error"]?["message"]?.GetValue<string>();
}
