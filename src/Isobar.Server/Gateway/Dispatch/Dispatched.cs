using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Upstreams;

namespace Isobar.Server.Gateway.Dispatch;

/// <summary>How a request was answered.</summary>
/// <param name="Reply">The answer; its owner disposes it.</param>
/// <param name="Backend">Who gave it; null when nobody was asked.</param>
/// <param name="Tries">How many tries it took.</param>
internal readonly record struct Dispatched(UpstreamReply Reply, Backend? Backend, int Tries);
