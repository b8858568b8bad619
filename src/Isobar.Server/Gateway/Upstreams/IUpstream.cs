namespace Isobar.Server.Gateway.Upstreams;

/// <summary>Asks one backend once. What goes wrong is told in the reply; nothing is thrown.</summary>
internal interface IUpstream
{
    /// <summary>Whom a check asks: a cloud, or a host and port.</summary>
    string Host { get; }

    /// <summary>What a check finds out about. What several services share is checked once for all of them.</summary>
    string Target { get; }

    /// <summary>Sends the request and reads the reply, whole or, where it is long or a stream, its beginning.</summary>
    ValueTask<UpstreamReply> SendAsync(PredictionCall call, CancellationToken ct);

    /// <summary>Finds out whether it is well: null, or why not.</summary>
    Task<string?> ProbeAsync(CancellationToken ct);
}
