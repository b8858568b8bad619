using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Objects;

/// <summary>The buckets in the index.</summary>
internal static class BucketTable
{
    private const string Columns = "name AS Name, created AS Created, location AS Location, versioning AS Versioning, tags AS Tags, attachments AS Attachments";

    public static Bucket? Find(SqliteConnection connection, BucketName bucket) =>
        connection.QueryFirstOrDefault<Row>($"SELECT {Columns} FROM buckets WHERE realm = @Realm AND name = @Name", new { bucket.Realm, bucket.Name })?.ToBucket(bucket.Realm);

    public static IReadOnlyList<Bucket> List(SqliteConnection connection, string realm) =>
        [.. connection.Query<Row>($"SELECT {Columns} FROM buckets WHERE realm = @realm ORDER BY name", new { realm }).Select(r => r.ToBucket(realm))];

    public static void Put(SqliteConnection connection, Bucket bucket) => connection.Execute(
        "INSERT INTO buckets (realm, name, created, location, versioning, tags, attachments) VALUES (@Realm, @Name, @Created, @Location, @Versioning, @Tags, @Attachments) " +
        "ON CONFLICT (realm, name) DO UPDATE SET versioning = excluded.versioning, tags = excluded.tags, attachments = excluded.attachments, location = excluded.location",
        new
        {
            bucket.Name.Realm,
            bucket.Name.Name,
            Created = bucket.Created.UtcTicks,
            bucket.Location,
            Versioning = (int)bucket.Versioning,
            Tags = ToJson(bucket.Tags),
            Attachments = ToJson(bucket.Attachments),
        });

    public static void Delete(SqliteConnection connection, BucketName bucket) =>
        connection.Execute("DELETE FROM buckets WHERE realm = @Realm AND name = @Name", new { bucket.Realm, bucket.Name });

    public static bool IsEmpty(SqliteConnection connection, BucketName bucket) => connection.QueryFirstOrDefault<int?>(
        "SELECT 1 FROM objects WHERE realm = @Realm AND bucket = @Name LIMIT 1", new { bucket.Realm, bucket.Name }) is null;

    private static string ToJson(IReadOnlyDictionary<string, string> map) =>
        JsonSerializer.Serialize(map.ToDictionary(), ObjectsJson.Default.DictionaryStringString);

    private sealed class Row
    {
        public string Name { get; init; } = "";
        public long Created { get; init; }
        public string? Location { get; init; }
        public long Versioning { get; init; }
        public string Tags { get; init; } = "{}";
        public string Attachments { get; init; } = "{}";

        public Bucket ToBucket(string realm) => new(new BucketName(realm, Name), new DateTimeOffset(Created, TimeSpan.Zero), (VersioningState)Versioning)
        {
            Location = Location,
            Tags = JsonSerializer.Deserialize(Tags, ObjectsJson.Default.DictionaryStringString)!,
            Attachments = JsonSerializer.Deserialize(Attachments, ObjectsJson.Default.DictionaryStringString)!,
        };
    }
}
