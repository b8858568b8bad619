using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Aws.S3;

/// <summary>What a request's host and path name.</summary>
internal sealed partial record S3Target(string Bucket, string Key, S3Query Query)
{
    /// <summary>
    /// Reads the raw target: the server's own path has its dot segments resolved, and <c>a/../b</c> is a key like any other.
    /// </summary>
    public static S3Target Of(HttpRequest request)
    {
        var raw = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target && target[0] == '/'
            ? target
            : request.PathBase + request.Path.ToUriComponent() + request.QueryString;
        var mark = raw.IndexOf('?');
        var path = (mark < 0 ? raw : raw[..mark])[1..];
        var query = new S3Query(mark < 0 ? "" : raw[mark..]);
        if (HostBucket(request.Host.Host) is { } bucket)
            return new S3Target(bucket, Uri.UnescapeDataString(path), query);
        var slash = path.IndexOf('/');
        return slash < 0
            ? new S3Target(Uri.UnescapeDataString(path), "", query)
            : new S3Target(Uri.UnescapeDataString(path[..slash]), Uri.UnescapeDataString(path[(slash + 1)..]), query);
    }

    /// <summary>The bucket that a virtual-host style name carries, or null in path style.</summary>
    public static string? HostBucket(string host)
    {
        var match = Amazon().Match(host);
        if (!match.Success) match = Local().Match(host);
        return match.Success && match.Groups["bucket"] is { Success: true, Length: > 0 } bucket ? bucket.Value : null;
    }

    /// <summary>Whether a host name is one of S3's.</summary>
    public static bool IsS3Host(string host) => Amazon().IsMatch(host) || LocalS3().IsMatch(host);

    [GeneratedRegex(@"^(?:(?<bucket>.+)\.)?s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Amazon();

    [GeneratedRegex(@"^(?!s3\.)(?:(?<bucket>.+?)\.)(?:s3(?:[.-][a-z0-9-]+)*\.)?localhost(?:\.localstack\.cloud)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Local();

    [GeneratedRegex(@"(?:^|\.)s3(?:[.-][a-z0-9-]+)*\.localhost(?:\.localstack\.cloud)?$", RegexOptions.IgnoreCase)]
    private static partial Regex LocalS3();
}
