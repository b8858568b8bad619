using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Isobar.Server.Ports;

/// <summary>Binds a port once and deals its connections to three logical endpoints, by their first bytes.</summary>
internal sealed class SniffingListenerFactory(IOptions<SocketTransportOptions> options, TimeProvider time, ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _sockets = new(options, loggers);
    // By identity: two ports that both ask for any free one are two ports.
    private readonly ConcurrentDictionary<IPEndPoint, Lazy<Task<SniffedPort>>> _ports = new(ReferenceEqualityComparer.Instance);

    public bool CanBind(EndPoint endpoint) => endpoint is SniffedEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken ct = default)
    {
        var sniffed = (SniffedEndPoint)endpoint;
        var port = await _ports.GetOrAdd(sniffed.Physical, physical => new Lazy<Task<SniffedPort>>(() => ListenAsync(physical, ct))).Value.ConfigureAwait(false);
        return port.Endpoint(sniffed.Spoken);
    }

    private async Task<SniffedPort> ListenAsync(IPEndPoint physical, CancellationToken ct)
    {
        try { return new SniffedPort(await _sockets.BindAsync(physical, ct).ConfigureAwait(false), time); }
        catch (AddressInUseException e) { throw new PortUnavailableException(physical, $"{physical} is taken by another program.", e); }
        catch (SocketException e) { throw new PortUnavailableException(physical, $"{physical} cannot be listened on: {e.Message}.", e); }
    }

    /// <summary>The address that a port was really bound to.</summary>
    public IPEndPoint Bound(IPEndPoint physical) => _ports[physical].Value.Result.Address;
}
