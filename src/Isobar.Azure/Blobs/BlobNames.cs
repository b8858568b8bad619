using Isobar.Engine.Objects;

namespace Isobar.Azure.Blobs;

/// <summary>How containers are named in the engine.</summary>
internal static class BlobNames
{
    public const string Realm = "azure";

    /// <summary>The engine's bucket of a container.</summary>
    public static BucketName Bucket(string account, string container) => new(Realm, $"{account}.{container}");
}
