using Isobar.Azure.Protocols.Storage;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Azure Blob Storage: what a request asks for is told by its method, its address and its query.</summary>
internal sealed class BlobEmulator(ContainerOperations containers, BlobOperations blobs, BlockOperations blocks)
{
    private const string DefaultVersion = "2021-12-02";

    public async Task HandleAsync(HttpContext http, BlobTarget target)
    {
        http.Response.Headers["x-ms-request-id"] = Guid.NewGuid().ToString();
        // Every version of the service's protocol is taken: what a newer one adds, a client asks for by headers that are answered or refused by name.
        http.Response.Headers["x-ms-version"] = http.Request.Headers["x-ms-version"].ToString() is { Length: > 0 and < 40 } version ? version : DefaultVersion;
        if (http.Request.Headers["x-ms-client-request-id"].ToString() is { Length: > 0 and < 200 } own) http.Response.Headers["x-ms-client-request-id"] = own;
        try
        {
            await RouteAsync(http, target).ConfigureAwait(false);
        }
        catch (StorageFault fault) when (!http.Response.HasStarted)
        {
            await fault.WriteAsync(http).ConfigureAwait(false);
        }
    }

    private Task RouteAsync(HttpContext http, BlobTarget target)
    {
        var comp = http.Request.Query["comp"].ToString();
        var isContainer = target.Blob.Length == 0 && http.Request.Query["restype"] == "container";
        return (http.Request.Method, comp) switch
        {
            ("GET", "list") when target.Container.Length == 0 => containers.ListContainersAsync(http, target),
            ("GET", "list") when isContainer => containers.ListBlobsAsync(http, target),
            ("PUT", "") when isContainer => containers.CreateAsync(http, target),
            ("GET" or "HEAD", "" or "metadata") when isContainer => containers.ReadAsync(http, target),
            ("DELETE", "") when isContainer => containers.DeleteAsync(http, target),
            ("PUT", "") when target.Blob.Length > 0 => blobs.PutAsync(http, target),
            ("PUT", "block") when target.Blob.Length > 0 && !http.Request.Headers.ContainsKey("x-ms-copy-source") => blocks.StageAsync(http, target),
            ("PUT", "blocklist") when target.Blob.Length > 0 => blocks.CommitAsync(http, target),
            ("GET", "blocklist") when target.Blob.Length > 0 => blocks.ListAsync(http, target),
            ("PUT", "metadata") when target.Blob.Length > 0 => blobs.DescribeAsync(http, target),
            ("GET" or "HEAD", "" or "metadata") when target.Blob.Length > 0 => blobs.GetAsync(http, target),
            ("DELETE", "") when target.Blob.Length > 0 => blobs.DeleteAsync(http, target),
            _ => throw new StorageFault(501, "NotImplemented", $"No operation of the emulated Blob Storage answers {http.Request.Method} with comp={comp}."),
        };
    }
}
