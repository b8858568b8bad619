using System.Net;
using System.Net.Sockets;
using Isobar.Engine.State;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Isobar.Server.Cluster;

/// <summary>Makes a server one of several: what the control plane and the gateway remember lies in PostgreSQL, and Orleans gives every project one silo.</summary>
internal static class ClusterRegistration
{
    /// <summary>The store that the control plane and the gateway use; the engine's own stays on its disk.</summary>
    public const string Shared = "shared";

    /// <summary>Adds the shared store: the engine's, or that of the cluster.</summary>
    public static IServiceCollection AddSharedState(this IServiceCollection services, ClusterOptions? cluster)
    {
        if (cluster is null) return services.AddSingleton<IPeers, NoPeers>().AddKeyedSingleton(Shared, (p, _) => p.GetRequiredService<IStateStore>());
        return services
            .AddSingleton(p => new PostgresDatabase(cluster, p.GetRequiredService<TimeProvider>(), p.GetRequiredService<IHostApplicationLifetime>()))
            .AddKeyedSingleton<IStateStore>(Shared, (p, _) => new PostgresStateStore(p.GetRequiredService<PostgresDatabase>(), p.GetRequiredService<TimeProvider>()))
            .AddSingleton<ISharedFiles, PostgresFiles>()
            .AddSingleton<IProjectTurns, GrainTurns>()
            .AddSingleton<ClusterView>()
            .AddSingleton<SiloPeers>()
            .AddSingleton<IPeers>(p => p.GetRequiredService<SiloPeers>())
            .AddHostedService(p => p.GetRequiredService<SiloPeers>())
            .AddHostedService<ClusterNews>();
    }

    /// <summary>Adds the silo.</summary>
    public static void AddSilo(this IHostApplicationBuilder builder, IsobarServerOptions options, SiloCertificate? certificate)
    {
        if (options.Cluster is not { } cluster || certificate is null) return;
        // The host ends what it was given by a factory.
        builder.Services.AddSingleton(_ => certificate);
        var (port, address) = (cluster.SiloPort == 0 ? FreePort(options.Address) : cluster.SiloPort, SiloAddress.Choose(options.Address, cluster));
        builder.UseOrleans(silo => silo
            .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", cluster.Connection))
            .Configure<Orleans.Configuration.ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster.Id, cluster.Id))
            // People look for a silo by its machine and process.
            .Configure<SiloOptions>(o => o.SiloName = $"{Environment.MachineName}:{Environment.ProcessId}")
            // A silo that was killed is missed within seconds: its projects are to go on elsewhere before anybody asks. The defaults take twenty.
            .Configure<ClusterMembershipOptions>(o =>
            {
                o.ProbeTimeout = TimeSpan.FromSeconds(1);
                o.NumMissedProbesLimit = 3;
                o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            })
            .UseTls(certificate.Apply)
            .Configure<EndpointOptions>(o => (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort, o.SiloListeningEndpoint) = (address, port, 0, new IPEndPoint(options.Address, port))));
        SiloFarewell.Take(builder.Services);
    }

    private static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
