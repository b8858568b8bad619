using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Google.VertexAi.Prediction.OverRest;

/// <summary>A gRPC call as the REST request that means the same, of the same caller over the same connection.</summary>
internal sealed class RestCall : IHttpRequestLifetimeFeature, IDisposable
{
    // What says how this call is written, not what it asks.
    private static readonly HashSet<string> OfTheCall = new(StringComparer.OrdinalIgnoreCase) { "Content-Type", "Content-Length", "TE", "Accept", "Accept-Encoding", "grpc-encoding", "grpc-accept-encoding", "Host" };
    private readonly CancellationTokenSource _ended;

    /// <param name="caller">The gRPC call.</param>
    /// <param name="path">Such as <c>/v1/projects/p/locations/l/endpoints/e:predict</c>.</param>
    /// <param name="answer">Receives the answer's body.</param>
    public RestCall(HttpContext caller, string path, string contentType, ReadOnlyMemory<byte> body, Stream answer)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(caller.RequestAborted);
        RequestAborted = _ended.Token;
        var request = new HttpRequestFeature { Method = HttpMethods.Post, Scheme = caller.Request.Scheme, Protocol = caller.Request.Protocol, Path = path, Body = new MemoryStream(body.ToArray(), writable: false) };
        foreach (var (name, value) in caller.Request.Headers.Where(h => !OfTheCall.Contains(h.Key) && h.Key[0] != ':')) request.Headers[name] = value;
        request.Headers.ContentType = contentType;
        request.Headers.ContentLength = body.Length;
        request.Headers.Host = caller.Request.Host.Value;
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(request);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer));
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set(caller.Features.Get<IHttpConnectionFeature>());
        Http = new DefaultHttpContext(features) { RequestServices = caller.RequestServices };
    }

    public HttpContext Http { get; }

    /// <summary>Whether whoever answers gave up in the middle.</summary>
    public bool IsBroken { get; private set; }

    public CancellationToken RequestAborted { get; set; }

    public void Abort()
    {
        IsBroken = true;
        _ended.Cancel();
    }

    public void Dispose() => _ended.Dispose();
}
