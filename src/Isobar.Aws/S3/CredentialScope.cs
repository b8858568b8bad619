using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.S3;

/// <summary>The region and service that a client signed its request for.</summary>
internal sealed record CredentialScope(string? Region, string Service)
{
    /// <summary>From the Authorization header or the presigned query; null for an unsigned request.</summary>
    public static CredentialScope? Of(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var at = authorization.IndexOf("Credential=", StringComparison.Ordinal);
        if (authorization.StartsWith("AWS4-", StringComparison.Ordinal) && at > 0)
            return Parse(authorization[(at + 11)..].Split(',')[0].Trim());
        return request.Query["X-Amz-Credential"].ToString() is { Length: > 0 } presigned ? Parse(presigned) : null;
    }

    private static CredentialScope? Parse(string credential)
    {
        // key/date/region/service/aws4_request; SigV4a leaves the region out.
        var parts = credential.Split('/');
        return parts.Length switch
        {
            >= 5 => new CredentialScope(parts[^3], parts[^2]),
            4 => new CredentialScope(null, parts[^2]),
            _ => null,
        };
    }
}
