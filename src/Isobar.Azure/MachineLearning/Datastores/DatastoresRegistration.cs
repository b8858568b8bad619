using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Datastores;

/// <summary>Registers datastores.</summary>
internal static class DatastoresRegistration
{
    public static IServiceCollection AddDatastores(this IServiceCollection services) => services
        .AddSingleton<IArmKind, DatastoreKind>().AddSingleton<DefaultDatastores>().AddSingleton<DatastoreOperations>().AddSingleton<DataUris>()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            new("Datastores_CreateOrUpdate", SupportLevel.Real, "AzureBlob; the other types are kept"),
            new("Datastores_Get", SupportLevel.Real),
            new("Datastores_Delete", SupportLevel.Real),
            new("Datastores_List", SupportLevel.Real),
            new("Datastores_ListSecrets", SupportLevel.Real),
        ]));

    public static void MapDatastores(this IEndpointRouteBuilder routes)
    {
        var datastores = routes.ServiceProvider.GetRequiredService<DatastoreOperations>();
        const string All = Ml.Workspace + "/" + DefaultDatastores.Plural, One = All + "/{name}";
        routes.MapArm("GET", All, datastores.ListAsync);
        routes.MapArm("PUT", One, datastores.PutAsync);
        routes.MapArm("GET", One, datastores.GetAsync);
        routes.MapArm("DELETE", One, datastores.DeleteAsync);
        routes.MapArm("POST", One + "/listSecrets", datastores.SecretsAsync);
    }

    private sealed class DatastoreKind : IArmKind
    {
        public string Type => Ml.TypeOf(DefaultDatastores.Plural);
    }
}
