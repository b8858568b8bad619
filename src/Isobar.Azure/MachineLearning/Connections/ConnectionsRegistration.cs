using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Connections;

/// <summary>Registers connections of workspaces.</summary>
internal static class ConnectionsRegistration
{
    public static IServiceCollection AddWorkspaceConnections(this IServiceCollection services) => services
        .AddSingleton<IArmKind, ConnectionKind>().AddSingleton<ConnectionOperations>()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            new("WorkspaceConnections_Create", SupportLevel.StateOnly, "kept for code that asks for it"),
            new("WorkspaceConnections_Get", SupportLevel.Real),
            new("WorkspaceConnections_List", SupportLevel.Real),
            new("WorkspaceConnections_ListSecrets", SupportLevel.Real),
            new("WorkspaceConnections_Delete", SupportLevel.Real),
        ]));

    public static void MapWorkspaceConnections(this IEndpointRouteBuilder routes)
    {
        var connections = routes.ServiceProvider.GetRequiredService<ConnectionOperations>();
        const string All = Ml.Workspace + "/" + ConnectionOperations.Plural, One = All + "/{connectionName}";
        routes.MapArm("GET", All, connections.ListAsync);
        routes.MapArm("PUT", One, connections.PutAsync);
        routes.MapArm("GET", One, connections.GetAsync);
        routes.MapArm("DELETE", One, connections.DeleteAsync);
        routes.MapArm("POST", One + "/listsecrets", connections.SecretsAsync);
    }

    private sealed class ConnectionKind : IArmKind
    {
        public string Type => Ml.TypeOf(ConnectionOperations.Plural);
    }
}
