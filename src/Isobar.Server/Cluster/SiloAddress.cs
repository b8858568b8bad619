using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Isobar.Server.Cluster;

/// <summary>The address by which the other silos reach this one.</summary>
internal static class SiloAddress
{
    /// <summary>The one that was said; else the one that is listened on; where that is every address of the machine, the one that the machine has towards the database.</summary>
    public static IPAddress Choose(IPAddress bind, ClusterOptions cluster)
    {
        if (cluster.Advertise is { } said) return said;
        if (!bind.Equals(IPAddress.Any) && !bind.Equals(IPAddress.IPv6Any)) return bind;
        return Towards(new NpgsqlConnectionStringBuilder(cluster.Connection)) ?? (bind.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback);
    }

    // No packet is sent: a datagram socket that is connected knows the address that it would send from.
    private static IPAddress? Towards(NpgsqlConnectionStringBuilder database)
    {
        var host = database.Host!.Split(',')[0];
        // A socket of the file system: the database is on this machine, and so are all silos.
        if (host.StartsWith('/') || host.StartsWith('@')) return null;
        var port = database.Port;
        if (host.LastIndexOf(':') is > 0 and var colon && host.Count(c => c == ':') == 1 && int.TryParse(host[(colon + 1)..], out var own)) (host, port) = (host[..colon], own);
        try
        {
            foreach (var address in Dns.GetHostAddresses(host))
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(address, port);
                if (socket.LocalEndPoint is IPEndPoint { Address: var from }) return from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from;
            }
        }
        catch (SocketException)
        {
            // A database that is not found is told by who opens it.
        }
        return null;
    }
}
