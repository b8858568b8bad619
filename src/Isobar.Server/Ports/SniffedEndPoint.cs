using System.Net;

namespace Isobar.Server.Ports;

/// <summary>What the first bytes of a connection say it speaks.</summary>
internal enum Spoken
{
    /// <summary>HTTP/1.1 in the clear.</summary>
    Http1,
    /// <summary>HTTP/2 with prior knowledge, as gRPC clients begin.</summary>
    Http2,
    /// <summary>TLS; ALPN decides the rest.</summary>
    Tls,
}

/// <summary>One of the three logical endpoints of a port.</summary>
internal sealed class SniffedEndPoint(IPEndPoint physical, Spoken spoken) : EndPoint
{
    public IPEndPoint Physical => physical;
    public Spoken Spoken => spoken;

    public override string ToString() => physical.ToString();
}
