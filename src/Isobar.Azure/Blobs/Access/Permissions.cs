using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs.Access;

/// <summary>The permissions of a shared access signature that an operation is open to: any one of them does.</summary>
internal static class Permissions
{
    public static string Of(HttpRequest request, BlobTarget target)
    {
        var (method, comp) = (request.Method, request.Query["comp"].ToString());
        if (target.Blob.Length == 0)
            return (method, comp) switch
            {
                ("GET", "list") => "l",
                ("GET", "blobs") => "f",
                ("GET" or "HEAD", _) => "r",
                ("DELETE", _) => "d",
                ("PUT", "lease" or "metadata") => "w",
                ("POST", "batch") => "d",
                ("PUT", "") => "cw",
                _ => "w",
            };
        return (method, comp) switch
        {
            (_, "tags") => "t",
            ("GET" or "HEAD", _) => "r",
            ("DELETE", _) => "d",
            ("PUT", "appendblock") => "aw",
            ("PUT", "snapshot" or "") => "cw",
            _ => "w",
        };
    }
}
