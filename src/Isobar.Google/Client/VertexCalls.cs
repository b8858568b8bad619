using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Calls of Vertex AI and its neighbours, as JSON.</summary>
internal sealed class VertexCalls(GoogleTransport transport)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    public GoogleClientOptions Options => transport.Options;

    public GoogleTransport Transport => transport;

    /// <summary><c>projects/P/locations/L</c>.</summary>
    public string Parent => $"projects/{Options.Project}/locations/{Options.Location}";

    public Task<Result<JsonObject>> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, null, GoogleClientRegistration.Repeatable, ct);

    public Task<Result<JsonObject>> PostAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(HttpMethod.Post, path, body, GoogleClientRegistration.Once, ct);

    public Task<Result<JsonObject>> PatchAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(HttpMethod.Patch, path, body, GoogleClientRegistration.Repeatable, ct);

    /// <summary>All items of a listing.</summary>
    public async Task<Result<IReadOnlyList<JsonObject>>> ListAsync(string path, string items, CancellationToken ct)
    {
        var all = new List<JsonObject>();
        for (string? token = null; ;)
        {
            var page = await GetAsync($"{path}{(path.Contains('?') ? '&' : '?')}pageSize=100{(token is null ? "" : "&pageToken=" + Uri.EscapeDataString(token))}", ct).ConfigureAwait(false);
            if (!page.TryGet(out var found, out var error)) return error;
            all.AddRange((found[items] as JsonArray ?? []).OfType<JsonObject>());
            if ((token = found["nextPageToken"]?.GetValue<string>()) is null or "") return all;
        }
    }

    /// <summary>Starts an operation and waits for its answer.</summary>
    public async Task<Result<JsonObject>> OperateAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        var started = await CallAsync(method, path, body, GoogleClientRegistration.Once, ct).ConfigureAwait(false);
        if (!started.TryGet(out var operation, out var error)) return error;
        var end = transport.Time.GetUtcNow() + Options.OperationTimeout;
        for (var pause = FirstPause; operation["done"]?.GetValue<bool>() != true; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (transport.Time.GetUtcNow() > end) return new Error(ErrorCode.DeadlineExceeded, $"The operation {operation["name"]} is not done after {Options.OperationTimeout}.");
            await Task.Delay(pause, transport.Time, ct).ConfigureAwait(false);
            if (!(await GetAsync($"/v1/{operation["name"]}", ct).ConfigureAwait(false)).TryGet(out operation, out error)) return error;
        }
        if (operation["error"] is JsonObject failed) return new Error(Code(failed["code"]?.GetValue<int>() ?? 13), failed["message"]?.GetValue<string>() ?? "The operation failed.");
        return operation["response"] as JsonObject ?? [];
    }

    private static ErrorCode Code(int code) => Enum.IsDefined((ErrorCode)code) ? (ErrorCode)code : ErrorCode.Internal;

    private Task<Result<JsonObject>> CallAsync(HttpMethod method, string path, JsonObject? body, string client, CancellationToken ct) =>
        transport.CallAsync(client, method, path.StartsWith("/v2/entries", StringComparison.Ordinal) ? "logging" : $"{Options.Location}-aiplatform", path, body, ct);
}
