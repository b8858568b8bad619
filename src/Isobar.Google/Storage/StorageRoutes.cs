using Isobar.Core.Support;
using Isobar.Google.Protocols;

namespace Isobar.Google.Storage;

/// <summary>Answers one method: writes the response and gives null, or gives the error to write.</summary>
internal delegate Task<StorageError?> StorageHandler(StorageCall call);

/// <summary>How a method is told from the others.</summary>
/// <param name="Method">Its name in Google's documents.</param>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Path">Segments; <c>*</c> takes any value.</param>
/// <param name="Handler">Null where it is not built.</param>
/// <param name="Surface">The kind of path.</param>
internal sealed record StorageRoute(string Method, string Verb, string Path, StorageHandler? Handler = null, StorageSurface Surface = StorageSurface.Json)
{
    private readonly string[] _segments = Path.Split('/');

    public bool Matches(StorageTarget target, string verb)
    {
        if (Surface != target.Surface || Verb != verb || _segments.Length != target.Segments.Count) return false;
        for (var i = 0; i < _segments.Length; i++)
        {
            if (_segments[i] != "*" && _segments[i] != target.Segments[i]) return false;
        }
        return true;
    }

    public IReadOnlyList<string> Values(StorageTarget target) => [.. target.Segments.Where((_, i) => _segments[i] == "*")];
}

/// <summary>Every method of the Cloud Storage JSON API, version 1.</summary>
internal static class StorageRoutes
{
    public static IReadOnlyList<StorageRoute> All { get; } =
    [
        new("buckets.list", "GET", "b", BucketOperations.ListAsync),
        new("buckets.insert", "POST", "b", BucketOperations.InsertAsync),
        new("buckets.get", "GET", "b/*", BucketOperations.GetAsync),
        new("buckets.patch", "PATCH", "b/*", BucketOperations.PatchAsync),
        new("buckets.update", "PUT", "b/*", BucketOperations.UpdateAsync),
        new("buckets.delete", "DELETE", "b/*", BucketOperations.DeleteAsync),
        new("objects.list", "GET", "b/*/o", ObjectListings.ListAsync),
        new("objects.get", "GET", "b/*/o/*", ObjectReads.GetAsync),
        new("objects.patch", "PATCH", "b/*/o/*", ObjectChanges.PatchAsync),
        new("objects.update", "PUT", "b/*/o/*", ObjectChanges.UpdateAsync),
        new("objects.delete", "DELETE", "b/*/o/*", ObjectChanges.DeleteAsync),
        new("objects.compose", "POST", "b/*/o/*/compose", ObjectCopies.ComposeAsync),
        new("objects.copy", "POST", "b/*/o/*/copyTo/b/*/o/*", ObjectCopies.CopyAsync),
        new("objects.rewrite", "POST", "b/*/o/*/rewriteTo/b/*/o/*", ObjectCopies.RewriteAsync),
        new("objects.insert", "POST", "b/*/o", ObjectUploads.InsertAsync, StorageSurface.Upload),
        new("objects.insert (resume)", "PUT", "b/*/o", c => c.Uploads.ContinueAsync(c), StorageSurface.Upload),
        new("objects.insert (cancel)", "DELETE", "b/*/o", c => c.Uploads.CancelAsync(c), StorageSurface.Upload),
        new("objects.restore", "POST", "b/*/o/*/restore"),
        new("objects.move", "POST", "b/*/o/*/moveTo/o/*", ObjectCopies.MoveAsync),
        new("objects.bulkRestore", "POST", "b/*/o/bulkRestore"),
        new("objects.watchAll", "POST", "b/*/o/watch"),
        .. Unsupported("buckets", "GET", "b/*", ("getStorageLayout", "storageLayout")),
        .. Unsupported("buckets", "POST", "b/*", ("lockRetentionPolicy", "lockRetentionPolicy"), ("restore", "restore"), ("relocate", "relocate")),
        new("buckets.getIamPolicy", "GET", "b/*/iam", BucketPolicies.GetAsync),
        new("buckets.setIamPolicy", "PUT", "b/*/iam", BucketPolicies.SetAsync),
        new("buckets.testIamPermissions", "GET", "b/*/iam/testPermissions", BucketPolicies.TestAsync),
        .. Acl("bucketAccessControls", "b/*/acl"), .. Acl("defaultObjectAccessControls", "b/*/defaultObjectAcl"), .. Acl("objectAccessControls", "b/*/o/*/acl"),
        .. Unsupported("objects", "GET", "b/*/o/*", ("getIamPolicy", "iam"), ("testIamPermissions", "iam/testPermissions")),
        new("objects.setIamPolicy", "PUT", "b/*/o/*/iam"),
        .. Kept("notifications", "b/*/notificationConfigs"),
        .. Kept("folders", "b/*/folders"),
        new("folders.rename", "POST", "b/*/folders/*/renameTo/folders/*"),
        .. Kept("managedFolders", "b/*/managedFolders"),
        .. Unsupported("managedFolders", "GET", "b/*/managedFolders/*", ("getIamPolicy", "iam"), ("testIamPermissions", "iam/testPermissions")),
        new("managedFolders.setIamPolicy", "PUT", "b/*/managedFolders/*/iam"),
        new("anywhereCaches.list", "GET", "b/*/anywhereCaches"),
        new("anywhereCaches.insert", "POST", "b/*/anywhereCaches"),
        new("anywhereCaches.get", "GET", "b/*/anywhereCaches/*"),
        new("anywhereCaches.update", "PATCH", "b/*/anywhereCaches/*"),
        .. Unsupported("anywhereCaches", "POST", "b/*/anywhereCaches/*", ("disable", "disable"), ("pause", "pause"), ("resume", "resume")),
        new("operations.list", "GET", "b/*/operations"),
        new("operations.get", "GET", "b/*/operations/*"),
        .. Unsupported("operations", "POST", "b/*/operations/*", ("cancel", "cancel"), ("advanceRelocateBucket", "advanceRelocateBucket")),
        new("channels.stop", "POST", "channels/stop"),
        new("projects.hmacKeys.list", "GET", "projects/*/hmacKeys"),
        new("projects.hmacKeys.create", "POST", "projects/*/hmacKeys"),
        new("projects.hmacKeys.get", "GET", "projects/*/hmacKeys/*"),
        new("projects.hmacKeys.update", "PUT", "projects/*/hmacKeys/*"),
        new("projects.hmacKeys.delete", "DELETE", "projects/*/hmacKeys/*"),
        new("projects.serviceAccount.get", "GET", "projects/*/serviceAccount"),
    ];

    public static GoogleService Service { get; } = new("Google Cloud Storage",
    [
        .. All.Where(r => !r.Method.Contains('(')).Select(r => new OperationSupport(r.Method, r.Handler is null ? SupportLevel.Unsupported : r.Method.Contains("Iam", StringComparison.Ordinal) ? SupportLevel.StateOnly : SupportLevel.Real)).DistinctBy(o => o.Operation),
        new("signed URLs (V4)", SupportLevel.Real), new("XML API: object get, head, put, delete, resumable post", SupportLevel.Real), new("batch", SupportLevel.Unsupported),
    ]);

    public static StorageRoute? Find(StorageTarget target, string verb)
    {
        foreach (var route in All)
        {
            if (route.Matches(target, verb)) return route;
        }
        return null;
    }

    private static IEnumerable<StorageRoute> Unsupported(string resource, string verb, string path, params (string Name, string Segment)[] methods) => methods.Select(m => new StorageRoute($"{resource}.{m.Name}", verb, $"{path}/{m.Segment}"));

    private static IEnumerable<StorageRoute> Kept(string name, string path) =>
        [new($"{name}.list", "GET", path), new($"{name}.insert", "POST", path), new($"{name}.get", "GET", path + "/*"), new($"{name}.delete", "DELETE", path + "/*")];

    private static IEnumerable<StorageRoute> Acl(string name, string path) =>
        [.. Kept(name, path), new($"{name}.patch", "PATCH", path + "/*"), new($"{name}.update", "PUT", path + "/*")];
}
