using System.Net;
using System.Net.Http.Headers;
using Isobar.Core.Results;
using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Microsoft.Extensions.Primitives;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>A model server at an address.</summary>
internal sealed class UrlUpstream(Uri address, HealthDefinition health, HttpMessageInvoker http, TimeProvider time) : IUpstream
{
    public string Host { get; } = address.Authority;

    public string Target { get; } = $"{address.Scheme}://{address.Authority}{health.Path}";

    public async ValueTask<UpstreamReply> SendAsync(PredictionCall call, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(call.Body), Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        if (call.Accept is { } accept) request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, (string?)value);
        if (call.TraceParent is { } trace) request.Headers.TryAddWithoutValidation("traceparent", trace);
        if (call.CallersDeadline is { } deadline)
        {
            request.Headers.TryAddWithoutValidation(RequestDeadline.Header, deadline.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            request.Headers.TryAddWithoutValidation(RequestDeadline.TimeoutHeader, RequestDeadline.FormatTimeout(deadline - time.GetUtcNow()));
        }
        HttpResponseMessage? reply = null;
        try
        {
            reply = await http.SendAsync(request, ct).ConfigureAwait(false);
            return await ReadAsync(reply, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            reply?.Dispose();
            return UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, "The model did not answer in time."));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            reply?.Dispose();
            return UpstreamReply.Failed(new Error(ErrorCode.Unavailable, "The model cannot be reached, or broke off."), neverSent: e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError });
        }
    }

    public async Task<string?> ProbeAsync(CancellationToken ct)
    {
        try
        {
            if (health.Path is null) return await OpensAsync(ct).ConfigureAwait(false);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, health.Path));
            using var reply = await http.SendAsync(request, ct).ConfigureAwait(false);
            return reply.IsSuccessStatusCode ? null : $"{health.Path} answers {(int)reply.StatusCode}.";
        }
        catch (OperationCanceledException) { return "The check is not answered in time."; }
        catch (Exception e) when (e is HttpRequestException or IOException or System.Net.Sockets.SocketException) { return e.Message; }
    }

    private async Task<string?> OpensAsync(CancellationToken ct)
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, ct).ConfigureAwait(false);
        return null;
    }

    private static async ValueTask<UpstreamReply> ReadAsync(HttpResponseMessage reply, CancellationToken ct)
    {
        var type = reply.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) ? types.ToString() : null;
        var headers = Kept(reply.Headers.NonValidated, reply.Content.Headers.NonValidated);
        var stream = await reply.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var held = await HeldBody.ReadAsync(stream, reply.Content.Headers.ContentLength, type, ct).ConfigureAwait(false);
        if (!held.IsWhole) return UpstreamReply.Rented((int)reply.StatusCode, type, headers, held.Buffer, held.Length, stream, reply);
        reply.Dispose();
        return UpstreamReply.Rented((int)reply.StatusCode, type, headers, held.Buffer, held.Length);
    }

    private static List<KeyValuePair<string, StringValues>> Kept(HttpHeadersNonValidated general, HttpHeadersNonValidated content)
    {
        var kept = new List<KeyValuePair<string, StringValues>>();
        foreach (var (name, values) in general)
            if (EndToEnd.Passes(name)) kept.Add(new(name, values.ToString()));
        foreach (var (name, values) in content)
            if (EndToEnd.Passes(name)) kept.Add(new(name, values.ToString()));
        return kept;
    }
}
