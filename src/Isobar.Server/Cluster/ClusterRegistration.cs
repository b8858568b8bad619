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
        if (cluster is null) return services.AddKeyedSingleton(Shared, (p, _) => p.GetRequiredService<IStateStore>());
        return services
            .AddSingleton(p => new PostgresDatabase(cluster, p.GetRequiredService<TimeProvider>()))
            .AddKeyedSingleton<IStateStore>(Shared, (p, _) => new PostgresStateStore(p.GetRequiredService<PostgresDatabase>(), p.GetRequiredService<TimeProvider>()))
            .AddSingleton<ISharedFiles, PostgresFiles>()
            .AddSingleton<IProjectTurns, GrainTurns>()
            .AddSingleton<ClusterView>()
            .AddHostedService<ClusterNews>();
    }

    /// <summary>Adds the silo.</summary>
    public static void AddSilo(this IHostApplicationBuilder builder, IsobarServerOptions options)
    {
        if (options.Cluster is not { } cluster) return;
        builder.UseOrleans(silo => silo
            .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = ("Npgsql", cluster.Connection))
            .Configure<Orleans.Configuration.ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (cluster.Id, cluster.Id))
            // A silo that was killed is missed within seconds: its projects are to go on elsewhere before anybody asks. The defaults take twenty.
            .Configure<ClusterMembershipOptions>(o =>
            {
                o.ProbeTimeout = TimeSpan.FromSeconds(1);
                o.NumMissedProbesLimit = 3;
                o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            })
            .ConfigureEndpoints(options.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : options.Address, cluster.SiloPort == 0 ? FreePort(options.Address) : cluster.SiloPort, gatewayPort: 0));
    }

    private static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
