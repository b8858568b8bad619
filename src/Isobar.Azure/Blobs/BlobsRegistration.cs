using Isobar.Azure.Blobs.Access;
using Isobar.Azure.Protocols;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.Blobs;

/// <summary>Registers Blob Storage.</summary>
internal static class BlobsRegistration
{
    private static readonly string[] Real =
    [
        "List Containers", "Create Container", "Get Container Properties", "Get Container Metadata", "Set Container Metadata", "Set Container ACL", "Get Container ACL", "Delete Container", "Lease Container", "List Blobs",
        "Put Blob", "Get Blob", "Get Blob Properties", "Get Blob Metadata", "Set Blob Metadata", "Set Blob Properties", "Delete Blob", "Snapshot Blob", "Lease Blob", "Put Block", "Put Block List", "Append Block",
        "Set Blob Tags", "Get Blob Tags", "Find Blobs by Tags", "Get User Delegation Key", "Get Account Information", "Abort Copy Blob",
    ];

    private static readonly string[] Unsupported = ["Put Page", "Get Page Ranges", "Undelete Blob", "Append Block Seal", "Query Blob Contents", "Get Blob Service Stats", "Set Blob Expiry", "Set Blob Immutability Policy", "Set Blob Legal Hold", "Restore Container"];

    public static IServiceCollection AddBlobs(this IServiceCollection services) => services
        .AddSingleton<BlobAuthorizer>().AddSingleton<AccountKeys>().AddSingleton<BlobLeases>().AddSingleton<BlobSnapshots>().AddSingleton<BlobSources>()
        .AddSingleton<ServiceOperations>().AddSingleton<ContainerOperations>().AddSingleton<BlobOperations>().AddSingleton<BlockOperations>().AddSingleton<AppendOperations>()
        .AddSingleton<CopyOperations>().AddSingleton<LeaseOperations>().AddSingleton<BlobTags>().AddSingleton<BlobBatch>().AddSingleton<BlobEmulator>()
        .AddSingleton(new AzureService("Azure Blob Storage",
        [
            .. Real.Select(o => new OperationSupport(o, SupportLevel.Real)),
            .. new[] { "Copy Blob", "Copy Blob From URL", "Put Blob From URL", "Put Block From URL", "Append Block From URL" }.Select(o => new OperationSupport(o, SupportLevel.Real, "within this server")),
            new("Get Block List", SupportLevel.Real, "the committed blocks of blobs of up to 2,000"),
            new("Set Blob Tier", SupportLevel.Real, "an archived blob is not read; it is back at once"),
            new("Blob Batch", SupportLevel.Real, "deletions and tiers"),
            new("Get Blob Service Properties", SupportLevel.StateOnly),
            new("Set Blob Service Properties", SupportLevel.StateOnly),
            .. Unsupported.Select(o => new OperationSupport(o, SupportLevel.Unsupported)),
        ]));

    /// <summary>Answers what is addressed to an account, before routing: a blob's name is told from its path only while the escaped slashes are.</summary>
    public static void UseBlobs(this IApplicationBuilder app)
    {
        var blobs = app.ApplicationServices.GetRequiredService<BlobEmulator>();
        app.Use(next => http => BlobTarget.Of(http.Request) is { } target ? blobs.HandleAsync(http, target) : next(http));
    }
}
