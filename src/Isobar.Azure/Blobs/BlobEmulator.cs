using System.Globalization;
using Isobar.Azure.Blobs.Access;
using Isobar.Azure.Protocols.Storage;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Azure Blob Storage: what a request asks for is told by its method, its address and its query.</summary>
internal sealed class BlobEmulator(
    BlobAuthorizer authorizer, ServiceOperations service, ContainerOperations containers, BlobOperations blobs, BlockOperations blocks, AppendOperations appends,
    CopyOperations copies, LeaseOperations leases, BlobTags tags, BlobBatch batch)
{
    private const string DefaultVersion = "2021-12-02";

    // What these ask for nobody does here: keys and scopes of encryption, checksums other than MD5, protection against changes.
    private static readonly string[] Refused =
    [
        "x-ms-encryption-key", "x-ms-encryption-scope", "x-ms-source-encryption-key", "x-ms-default-encryption-scope", "x-ms-content-crc64", "x-ms-source-content-crc64", "x-ms-range-get-content-crc64",
        "x-ms-structured-body", "x-ms-immutability-policy-until-date", "x-ms-legal-hold",
    ];

    public async Task HandleAsync(HttpContext http, BlobTarget target)
    {
        try
        {
            await AnswerAsync(http, target).ConfigureAwait(false);
        }
        catch (StorageFault fault) when (!http.Response.HasStarted)
        {
            await fault.WriteAsync(http).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(HttpContext http, BlobTarget target)
    {
        http.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        // Every version of the service's protocol is taken: what a newer one adds, a client asks for by headers that are answered or refused by name.
        var version = http.Request.Headers["x-ms-version"].ToString();
        var dated = DateOnly.TryParseExact(version, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
        http.Response.Headers["x-ms-version"] = dated ? version : DefaultVersion;
        if (http.Request.Headers["x-ms-client-request-id"].ToString() is { Length: > 0 and < 200 } own) http.Response.Headers["x-ms-client-request-id"] = own;
        if (version.Length > 0 && !dated) throw StorageFault.Header("x-ms-version", version, "is a date such as " + DefaultVersion);
        if (Array.Find(Refused, http.Request.Headers.ContainsKey) is { } refused) throw new StorageFault(501, "NotImplemented", $"The header {refused} is not supported by the emulated Blob Storage.");
        await authorizer.CheckAsync(http, target).ConfigureAwait(false);
        await RouteAsync(http, target).ConfigureAwait(false);
    }

    private Task RouteAsync(HttpContext http, BlobTarget target)
    {
        var (method, comp, kind) = (http.Request.Method, http.Request.Query["comp"].ToString(), http.Request.Query["restype"].ToString());
        var answer = kind == "account" && comp == "properties" ? ServiceOperations.DescribeAccountAsync(http)
            : target.Blob.Length > 0 ? OfBlob(http, target, method, comp)
            : target.Container.Length == 0 ? OfService(http, target, method, comp, kind)
            : kind == "container" ? OfContainer(http, target, method, comp)
            : null;
        return answer ?? throw new StorageFault(501, "NotImplemented", $"No operation of the emulated Blob Storage answers {method} with comp={comp}.");
    }

    private Task? OfService(HttpContext http, BlobTarget target, string method, string comp, string kind) => (method, comp) switch
    {
        ("GET", "list") => containers.ListContainersAsync(http, target),
        ("GET", "blobs") => tags.FindAsync(http, target),
        ("POST", "batch") => batch.RunAsync(http, target, AnswerAsync),
        ("GET", "properties") when kind == "service" => service.GetPropertiesAsync(http, target),
        ("PUT", "properties") when kind == "service" => service.SetPropertiesAsync(http, target),
        ("POST", "userdelegationkey") when kind == "service" => service.LendKeyAsync(http, target),
        _ => null,
    };

    private Task? OfContainer(HttpContext http, BlobTarget target, string method, string comp) => (method, comp) switch
    {
        ("PUT", "") => containers.CreateAsync(http, target),
        ("GET" or "HEAD", "" or "metadata") => containers.ReadAsync(http, target),
        ("PUT", "metadata") => containers.DescribeAsync(http, target),
        ("PUT", "acl") => containers.SetAccessAsync(http, target),
        ("GET" or "HEAD", "acl") => containers.GetAccessAsync(http, target),
        ("DELETE", "") => containers.DeleteAsync(http, target),
        ("GET", "list") => containers.ListBlobsAsync(http, target),
        ("GET", "blobs") => tags.FindAsync(http, target),
        ("PUT", "lease") => leases.HandleAsync(http, target),
        ("POST", "batch") => batch.RunAsync(http, target, AnswerAsync),
        _ => null,
    };

    private Task? OfBlob(HttpContext http, BlobTarget target, string method, string comp) => (method, comp) switch
    {
        ("PUT", "") when http.Request.Headers.ContainsKey(BlobSources.Header) => copies.CopyAsync(http, target),
        ("PUT", "") => blobs.PutAsync(http, target),
        ("GET" or "HEAD", "" or "metadata") => blobs.GetAsync(http, target),
        ("DELETE", "") => blobs.DeleteAsync(http, target),
        ("PUT", "block") => blocks.StageAsync(http, target),
        ("PUT", "blocklist") => blocks.CommitAsync(http, target),
        ("GET", "blocklist") => blocks.ListAsync(http, target),
        ("PUT", "appendblock") => appends.AppendAsync(http, target),
        ("PUT", "metadata") => blobs.DescribeAsync(http, target),
        ("PUT", "properties") => blobs.SetPropertiesAsync(http, target),
        ("PUT", "tier") => blobs.SetTierAsync(http, target),
        ("PUT", "snapshot") => blobs.SnapshotAsync(http, target),
        ("PUT", "lease") => leases.HandleAsync(http, target),
        ("PUT", "copy") => copies.AbortAsync(http, target),
        ("PUT", "tags") => tags.SetAsync(http, target),
        ("GET", "tags") => tags.GetAsync(http, target),
        _ => null,
    };
}
