using System.Collections.Concurrent;
using System.Net;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Upstreams.Plain;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>Makes upstreams; those of one address share its connections.</summary>
internal sealed class UpstreamFactory(IClouds clouds, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        // A name that points elsewhere since is looked up anew.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
    });

    // For comparison: the framework's own client for addresses in the clear too (bench/README.md).
    private static readonly bool FrameworkOnly = Environment.GetEnvironmentVariable("ISOBAR_GATEWAY_FRAMEWORK_CLIENT") == "1";
    private readonly ConcurrentDictionary<(string, int), PlainPool> _pools = new();

    /// <summary>The upstream of a backend.</summary>
    public IUpstream Create(BackendDefinition backend, HealthDefinition health)
    {
        if (backend.Url is not { } url) return new CloudUpstream(clouds, backend.Cloud!, backend.Endpoint!);
        var address = new Uri(url);
        var framework = new UrlUpstream(address, health, _http, time);
        if (FrameworkOnly || address.Scheme != Uri.UriSchemeHttp) return framework;
        return new PlainUpstream(address, _pools.GetOrAdd((address.DnsSafeHost, address.Port), at => new PlainPool(at.Item1, at.Item2, time)), framework, time);
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var pool in _pools.Values) pool.Dispose();
    }
}
