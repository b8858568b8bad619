using Isobar.Azure.Protocols;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.Blobs;

/// <summary>Registers Blob Storage.</summary>
internal static class BlobsRegistration
{
    public static IServiceCollection AddBlobs(this IServiceCollection services) => services
        .AddSingleton<ContainerOperations>().AddSingleton<BlobOperations>().AddSingleton<BlockOperations>().AddSingleton<BlobEmulator>()
        .AddSingleton(new AzureService("Azure Blob Storage",
        [
            .. new[] { "List Containers", "Create Container", "Get Container Properties", "Get Container Metadata", "Delete Container", "List Blobs", "Put Blob", "Get Blob", "Get Blob Properties", "Get Blob Metadata", "Set Blob Metadata", "Delete Blob", "Put Block", "Put Block List" }
                .Select(o => new OperationSupport(o, SupportLevel.Real)),
            new("Copy Blob", SupportLevel.Real, "within this server"),
            new("Get Block List", SupportLevel.Real, "the staged blocks"),
            .. new[] { "Append Block", "Put Page", "Get Page Ranges", "Snapshot Blob", "Undelete Blob", "Set Blob Tags", "Get Blob Tags", "Find Blobs by Tags", "Set Blob Properties", "Set Blob Tier", "Lease Blob", "Lease Container", "Set Container Metadata", "Set Container ACL", "Get Container ACL", "Put Block From URL", "Put Blob From URL", "Abort Copy Blob", "Blob Batch", "Query Blob Contents", "Get Blob Service Properties", "Set Blob Service Properties", "Get Account Information", "Get User Delegation Key", "Get Blob Service Stats" }
                .Select(o => new OperationSupport(o, SupportLevel.Unsupported)),
        ]));

    /// <summary>Answers what is addressed to an account, before routing: a blob's name is told from its path only while the escaped slashes are.</summary>
    public static void UseBlobs(this IApplicationBuilder app)
    {
        var blobs = app.ApplicationServices.GetRequiredService<BlobEmulator>();
        app.Use(next => http => BlobTarget.Of(http.Request) is { } target ? blobs.HandleAsync(http, target) : next(http));
    }
}
