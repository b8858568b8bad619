using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;
using Isobar.Server.Gateway.Caching;
using Isobar.Server.Gateway.Upstreams;

namespace Isobar.Server.Gateway.Catalog;

/// <summary>A service that answers: its route, and how each of its backends is asked.</summary>
internal sealed class LiveService(ServiceRoute route, IUpstream[] upstreams, long version, CanaryStatus? canary, ReplyCache? cache)
{
    public ServiceRoute Route => route;
    /// <summary>Whether a cloud's endpoint is among the backends: then rows come to it in one envelope, whatever the request's was.</summary>
    public bool IsOfClouds { get; } = route.Definition.Backends.Any(b => b.Url is null);
    /// <summary>Whether an address is among the backends.</summary>
    public bool HasAddresses { get; } = route.Definition.Backends.Any(b => b.Url is not null);
    /// <summary>Whether predictions are a value for each row, whichever backend answers.</summary>
    public bool AsValues { get; } = route.Definition.Answers == "values";
    /// <summary>By the backends' order.</summary>
    public IUpstream[] Upstreams => upstreams;
    /// <summary>The version of the definition that it was made from.</summary>
    public long Version => version;
    /// <summary>Where the canary stood when the service was made.</summary>
    public CanaryStatus? Canary => canary;
    /// <summary>Kept answers; null where none are.</summary>
    public ReplyCache? Cache => cache;
}
