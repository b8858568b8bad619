using System.Collections.Frozen;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>Which headers go from one side of the gateway to the other.</summary>
internal static class EndToEnd
{
    // Hop by hop (RFC 9110, 7.6.1), what each side writes itself, the gateway's own credentials, which no backend may see,
    // and the wish for a compressed answer: the gateway puts answers into the caller's words, compares, keeps and labels them.
    private static readonly FrozenSet<string> Stays = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
        "Host", "Content-Length", "Content-Type", "Accept", "Accept-Encoding", "Server", "Date", "Alt-Svc",
        "Authorization", "X-Api-Key", "Api-Key", "Cookie", "X-Request-Deadline", "grpc-timeout", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header passes.</summary>
    public static bool Passes(string name) => !Stays.Contains(name);
}
