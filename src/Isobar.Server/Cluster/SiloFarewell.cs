using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Isobar.Server.Cluster;

/// <summary>
/// Ends the silo: with a word to the others while the database answers, soon where it does not. Orleans tries to write its leave down for as long as it tries to join,
/// whatever token it is given; the others miss a silo that is gone within seconds anyway.
/// </summary>
internal sealed class SiloFarewell(IHostedService silo, PostgresDatabase database, ClusterMembershipOptions membership) : IHostedService
{
    private const string Wrapped = "Orleans.Hosting.SiloHostedService";
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(2), Try = TimeSpan.FromMilliseconds(500);

    public Task StartAsync(CancellationToken cancellationToken) => silo.StartAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!await database.AnswersAsync(Answer, cancellationToken).ConfigureAwait(false)) membership.MaxJoinAttemptTime = Try;
        await silo.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the place of the service by which Orleans ends with the host.</summary>
    public static void Take(IServiceCollection services)
    {
        var own = services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.FullName == Wrapped);
        services[services.IndexOf(own)] = ServiceDescriptor.Singleton<IHostedService>(p => new SiloFarewell((IHostedService)ActivatorUtilities.CreateInstance(p, own.ImplementationType!), p.GetRequiredService<PostgresDatabase>(), p.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value));
    }
}
