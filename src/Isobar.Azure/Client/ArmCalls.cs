using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Calls of the Resource Manager, as JSON.</summary>
internal sealed partial class ArmCalls(AzureTransport transport)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LongestPause = TimeSpan.FromSeconds(10);

    public AzureTransport Transport => transport;

    public AzureClientOptions Options => transport.Options;

    /// <summary>Calls once. What a path names may be repeated, but for POST.</summary>
    public async Task<Result<JsonObject>> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        if (!(await SendAsync(method, transport.Resource(path), body, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        using (reply) return await ReadAsync(reply, ct).ConfigureAwait(false);
    }

    /// <summary>Asks a service of Machine Learning at an address of its own.</summary>
    public async Task<Result<JsonObject>> InvokeAsync(Uri address, JsonObject body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        if (!(await transport.InvokeAsync(request, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        using (reply) return await ReadAsync(reply, ct).ConfigureAwait(false);
    }

    /// <summary>Reads from a service of Machine Learning at an address of its own.</summary>
    public async Task<Result<JsonObject>> AskAsync(Uri address, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (!(await transport.InvokeAsync(request, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        using (reply)
        {
            // MLflow writes what is no number as JSON has no word for.
            var text = NotANumber().Replace(await reply.Content.ReadAsStringAsync(ct).ConfigureAwait(false), "$1null");
            return text.Length > 0 && JsonNode.Parse(text) is JsonObject document ? document : [];
        }
    }

    [GeneratedRegex("""("value":\s*)(NaN|-?Infinity)""")]
    private static partial Regex NotANumber();

    /// <summary>All items of a listing.</summary>
    public async Task<Result<IReadOnlyList<JsonObject>>> ListAsync(string path, CancellationToken ct)
    {
        var all = new List<JsonObject>();
        for (var next = transport.Resource(path); ;)
        {
            if (!(await SendAsync(HttpMethod.Get, next, null, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
            JsonObject page;
            using (reply) page = await ReadAsync(reply, ct).ConfigureAwait(false);
            all.AddRange((page["value"] as JsonArray ?? []).OfType<JsonObject>());
            if (page["nextLink"]?.GetValue<string>() is not { Length: > 0 } link) return all;
            if (!Follow(link).TryGet(out next!, out error)) return error;
        }
    }

    // 1. Send. 2. Find where the operation tells of itself; without one, the work is done. 3. Ask until it is over.
    /// <summary>Starts what takes a while and waits for its end.</summary>
    public async Task<Result<Done>> OperateAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct)
    {
        // 1.
        if (!(await SendAsync(method, transport.Resource(path), body, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        string? status, result;
        using (reply)
        {
            // 2.
            status = reply.Headers.TryGetValues("Azure-AsyncOperation", out var named) ? named.First() : null;
            result = reply.Headers.Location?.ToString();
            if (status is null && (result is null || (int)reply.StatusCode != 202)) return Done.Value;
        }
        if (!Follow(status ?? result!).TryGet(out var at, out error)) return error;

        // 3.
        var end = transport.Time.GetUtcNow() + Options.OperationTimeout;
        for (var pause = FirstPause; ;)
        {
            await Task.Delay(pause, transport.Time, ct).ConfigureAwait(false);
            if (!(await SendAsync(HttpMethod.Get, at, null, ct).ConfigureAwait(false)).TryGet(out reply, out error)) return error;
            using (reply)
            {
                var told = await ReadAsync(reply, ct).ConfigureAwait(false);
                var state = status is null ? ((int)reply.StatusCode == 202 ? "InProgress" : "Succeeded") : told["status"]?.GetValue<string>() ?? "Succeeded";
                if (state == "Succeeded") return Done.Value;
                if (state is "Failed" or "Canceled") return AzureFault.Of(told["error"]?.Deserialize<JsonElement>(), $"The operation on {path.Split('?')[0]} was {state.ToLowerInvariant()}.");
                // The service's own wish is the longest pause: most operations are shorter.
                var longest = reply.Headers.RetryAfter?.Delta is { } wish && wish < LongestPause ? wish : LongestPause;
                pause = pause * 2 < longest ? pause * 2 : longest;
            }
            if (transport.Time.GetUtcNow() > end) return new Error(ErrorCode.DeadlineExceeded, $"The operation on {path.Split('?')[0]} is not done after {Options.OperationTimeout}.");
        }
    }

    /// <summary>An address that the service gave: the token goes nowhere but to the service.</summary>
    private Result<Uri> Follow(string link)
    {
        var own = transport.Resource("/");
        return Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Authority == own.Authority
            ? new UriBuilder(uri) { Scheme = own.Scheme, Port = own.Port }.Uri
            : new Error(ErrorCode.DataLoss, $"Azure told to go on at another host than {own.Authority}.");
    }

    private Task<Result<HttpResponseMessage>> SendAsync(HttpMethod method, Uri uri, JsonObject? body, CancellationToken ct)
    {
        var request = new HttpRequestMessage(method, uri);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return transport.ManageAsync(method == HttpMethod.Post ? AzureClientRegistration.Once : AzureClientRegistration.Repeatable, request, ct);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage reply, CancellationToken ct)
    {
        var bytes = await reply.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
        return bytes.Length > 0 && JsonNode.Parse(bytes) is JsonObject document ? document : [];
    }
}
