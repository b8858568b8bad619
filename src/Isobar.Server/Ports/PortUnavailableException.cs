using System.Net;
using System.Net.Sockets;

namespace Isobar.Server.Ports;

/// <summary>A port cannot be listened on.</summary>
internal sealed class PortUnavailableException(IPEndPoint endPoint, string message, Exception inner) : Exception(message, inner)
{
    public IPEndPoint EndPoint => endPoint;

    /// <summary>Whether the machine does not have the address; otherwise it is the port that cannot be had.</summary>
    public bool IsOfAddress => InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported };
}
