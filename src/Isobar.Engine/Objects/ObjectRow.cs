using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Objects;

/// <summary>A row of the objects table.</summary>
internal sealed class ObjectRow
{
    public const string Columns = "key AS Key, generation AS Generation, version AS Version, latest AS Latest, marker AS Marker, size AS Size, etag AS ETag, sha256 AS Sha256, modified AS Modified, details AS Details";

    public byte[] Key { get; init; } = [];
    public long Generation { get; init; }
    public string? Version { get; init; }
    public long Latest { get; init; }
    public long Marker { get; init; }
    public long Size { get; init; }
    public string ETag { get; init; } = "";
    public string Sha256 { get; init; } = "";
    public long Modified { get; init; }
    public string Details { get; init; } = "{}";

    public ObjectInfo ToInfo(BucketName bucket)
    {
        var details = ObjectDetails.Parse(Details);
        var none = new Dictionary<string, string>();
        return new ObjectInfo
        {
            Bucket = bucket,
            Key = Encoding.UTF8.GetString(Key),
            Size = Size,
            ETag = ETag,
            Sha256 = Sha256,
            LastModified = new DateTimeOffset(Modified, TimeSpan.Zero),
            VersionId = Version,
            IsLatest = Latest != 0,
            IsDeleteMarker = Marker != 0,
            Generation = Generation,
            ContentType = details.ContentType ?? "application/octet-stream",
            Headers = details.Headers ?? none,
            Metadata = details.Metadata ?? none,
            Tags = details.Tags ?? none,
            Checksums = details.Checksums ?? none,
            PartSizes = details.PartSizes ?? [],
        };
    }

    /// <summary>The newest row of a key (delete markers too), or the row of one version (<c>null</c> names the unversioned one).</summary>
    public static ObjectRow? Find(SqliteConnection connection, BucketName bucket, string key, string? version)
    {
        var where = version switch
        {
            null => "latest = 1",
            "null" => "version IS NULL OR version = 'null'",
            _ => "version = @version",
        };
        return connection.QueryFirstOrDefault<ObjectRow>(
            $"SELECT {Columns} FROM objects WHERE realm = @Realm AND bucket = @Name AND key = @key AND ({where}) ORDER BY generation DESC LIMIT 1",
            new { bucket.Realm, bucket.Name, key = Encoding.UTF8.GetBytes(key), version });
    }
}
