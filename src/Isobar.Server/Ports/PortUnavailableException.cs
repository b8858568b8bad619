using System.Net;

namespace Isobar.Server.Ports;

/// <summary>A port cannot be listened on.</summary>
internal sealed class PortUnavailableException(IPEndPoint endPoint, string message, Exception inner) : Exception(message, inner)
{
    public IPEndPoint EndPoint => endPoint;
}
