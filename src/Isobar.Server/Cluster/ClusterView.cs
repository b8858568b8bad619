using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Isobar.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Isobar.Server.Cluster;

/// <summary>A silo as the others see it.</summary>
/// <param name="Address">Where it speaks to the others.</param>
/// <param name="Name">Its machine and process.</param>
/// <param name="Status"><c>Active</c>, <c>Joining</c>, <c>Dead</c>, ...</param>
internal sealed record SiloReport(string Address, string Name, string Status);

/// <summary>The cluster as this silo sees it.</summary>
/// <param name="Silo">This one.</param>
/// <param name="Leads">Whether it is the one that judges and tells for all.</param>
/// <param name="Projects">The projects that it looks after.</param>
internal sealed record ClusterReport(string Silo, bool Leads, IReadOnlyList<string> Projects, IReadOnlyList<SiloReport> Silos);

/// <summary>What this silo looks after, and who else there is.</summary>
internal sealed class ClusterView(IPeers peers)
{
    private readonly ConcurrentDictionary<string, byte> _projects = new();

    public void Took(string project) => _projects[project] = 0;

    public void Gave(string project) => _projects.TryRemove(project, out _);

    public ClusterReport Report(ILocalSiloDetails own, IClusterMembershipService members) => new(
        own.SiloAddress.ToParsableString(), peers.Leads, [.. _projects.Keys.Order(StringComparer.Ordinal)],
        [.. members.CurrentSnapshot.Members.Values.Select(m => new SiloReport(m.SiloAddress.ToParsableString(), m.Name, m.Status.ToString())).OrderBy(s => s.Address, StringComparer.Ordinal)]);
}

/// <summary><c>GET /v1/cluster</c>: who is in the cluster and what this silo looks after; 404 for a server on its own.</summary>
internal static class ClusterRoute
{
    public static void MapCluster(this IEndpointRouteBuilder routes, IsobarServerOptions options) => routes.MapGet("/v1/cluster", (HttpContext http) => options.Cluster is null
        ? Results.Problem("This server stands alone; 'isobar up --cluster' makes it one of several.", statusCode: 404)
        : Results.Json(http.RequestServices.GetRequiredService<ClusterView>().Report(http.RequestServices.GetRequiredService<ILocalSiloDetails>(), http.RequestServices.GetRequiredService<IClusterMembershipService>()), ClusterJson.Default.ClusterReport))
        .WithSummary("The silos of the cluster, and the projects that this one looks after");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ClusterReport))]
internal sealed partial class ClusterJson : JsonSerializerContext;
