using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Azure.Blobs;

/// <summary>What a request's address names: an account, and in it a container, and in it a blob. Read off the path as it was sent, where a slash within a name is escaped.</summary>
internal sealed partial record BlobTarget(string Account, string Container, string Blob)
{
    /// <summary>First segments of other services, which are spelled as an account might be.</summary>
    private static readonly string[] Others = ["subscriptions", "providers", "tenants", "metadata", "common", "organizations", "consumers", "adfs", "mlflow", "discovery"];

    public BucketName Bucket => BlobNames.Bucket(Account, Container);

    /// <summary>The snapshot that is meant, by its time; empty: the blob as it is now.</summary>
    public string Snapshot { get; init; } = "";

    /// <summary>The engine's bucket of the blob or the snapshot.</summary>
    public BucketName StoreBucket => Snapshot.Length > 0 ? BlobSnapshots.Bucket(this) : Bucket;

    /// <summary>The engine's key of the blob or the snapshot.</summary>
    public string StoreKey => Snapshot.Length > 0 ? BlobSnapshots.Key(Blob, Snapshot) : Blob;

    /// <summary>The target of a request; null where the address is another service's.</summary>
    public static BlobTarget? Of(HttpRequest request)
    {
        var raw = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = raw.IndexOf('?', StringComparison.Ordinal);
        var path = (end < 0 ? raw : raw[..end]).TrimStart('/');
        if (HostAccount().Match(request.Host.Host) is { Success: true } host) path = host.Groups[1].Value + "/" + path;
        return Parse(path, request.Query["snapshot"].ToString());
    }

    /// <summary>The target of a path of account, container and blob.</summary>
    public static BlobTarget? Parse(string path, string snapshot)
    {
        var parts = path.Split('/', 3);
        if (!Accounts().IsMatch(parts[0]) || Others.Contains(parts[0])) return null;
        return new BlobTarget(parts[0], Part(1), Part(2)) { Snapshot = snapshot };

        string Part(int index) => parts.Length > index ? Uri.UnescapeDataString(parts[index]) : "";
    }

    /// <summary>The target of an address of this server, such as the source of a copy; null for any other.</summary>
    public static BlobTarget? Of(Uri address, HttpRequest request)
    {
        var snapshot = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(address.Query).GetValueOrDefault("snapshot").ToString();
        if (HostAccount().Match(address.Host) is { Success: true } host) return Parse(host.Groups[1].Value + address.AbsolutePath, snapshot);
        var isHere = address.IsLoopback || address.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase);
        return isHere ? Parse(address.AbsolutePath.TrimStart('/'), snapshot) : null;
    }

    public void CheckContainer()
    {
        if (!Containers().IsMatch(Container) || Container.Contains("--", StringComparison.Ordinal))
            throw new StorageFault(400, "InvalidResourceName", $"'{Container}' is not a container's name: 3 to 63 lower-case letters, digits and single hyphens, beginning and ending with a letter or digit.");
    }

    [GeneratedRegex("^[a-z0-9]{3,24}$")]
    private static partial Regex Accounts();

    [GeneratedRegex(@"^([a-z0-9]{3,24})\.blob\.(?:localhost|core\.windows\.net)$")]
    private static partial Regex HostAccount();

    [GeneratedRegex(@"^(\$root|\$logs|\$web|[a-z0-9][a-z0-9-]{1,61}[a-z0-9])$")]
    private static partial Regex Containers();
}
