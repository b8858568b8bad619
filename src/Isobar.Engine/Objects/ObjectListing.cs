using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Objects;

/// <summary>Walks the index in key order. Keys below a rolled-up prefix are jumped over, not read, so that a folder of a million objects costs one step.</summary>
internal static class ObjectListing
{
    private const int Batch = 256;

    public static ObjectPage Run(SqliteConnection c, BucketName bucket, ObjectQuery query)
    {
        var prefix = Encoding.UTF8.GetBytes(query.Prefix);
        var position = Start(c, bucket, query, prefix);
        var objects = new List<ObjectInfo>();
        var prefixes = new List<string>();
        // Beside one rolled-up prefix another is likely, and rows read behind the first would be read for nothing.
        var batch = query.Delimiter is null ? Batch : 2;
        while (objects.Count + prefixes.Count < query.Limit)
        {
            var rows = Read(c, bucket, query, prefix, position, Math.Min(batch, query.Limit - objects.Count - prefixes.Count));
            batch = Math.Min(Batch, batch * 4);
            if (rows.Count == 0) return new ObjectPage(objects, prefixes, null);
            foreach (var row in rows)
            {
                if (RolledUp(row.Key, prefix.Length, query.Delimiter) is { } common)
                {
                    prefixes.Add(Encoding.UTF8.GetString(common));
                    position = new Position(Successor(common), Inclusive: true);
                    batch = 2;
                    break;
                }
                objects.Add(row.ToInfo(bucket));
                position = new Position(row.Key, Inclusive: false, query.Versions ? row.Generation : null);
            }
        }
        var more = query.Limit > 0 && Read(c, bucket, query, prefix, position, 1).Count > 0;
        return new ObjectPage(objects, prefixes, more ? position.ToToken() : null);
    }

    private static Position Start(SqliteConnection c, BucketName bucket, ObjectQuery query, byte[] prefix)
    {
        if (query.Continue is { } token && Position.Parse(token) is { } position) return position;
        if (query.StartAt is { Length: > 0 } first && Encoding.UTF8.GetBytes(first) is var from && from.AsSpan().SequenceCompareTo(prefix) > 0) return new Position(from, Inclusive: true);
        if (query.StartAfter is not { Length: > 0 } after) return new Position(prefix, Inclusive: true);
        var key = Encoding.UTF8.GetBytes(after);
        // A marker inside a rolled-up prefix means that the prefix was seen.
        if (RolledUp(key, prefix.Length, query.Delimiter) is { } common && key.AsSpan().StartsWith(prefix))
            return new Position(Successor(common), Inclusive: true);
        if (query.StartAfterVersion is { } version && ObjectRow.Find(c, bucket, after, version) is { } row)
            return new Position(key, Inclusive: false, row.Generation);
        return key.AsSpan().SequenceCompareTo(prefix) < 0 ? new Position(prefix, Inclusive: true) : new Position(key, Inclusive: false);
    }

    private static List<ObjectRow> Read(SqliteConnection c, BucketName bucket, ObjectQuery query, byte[] prefix, Position at, int limit)
    {
        var from = at.Inclusive ? "key >= @Key" : at.Generation is null ? "key > @Key" : "(key > @Key OR (key = @Key AND generation < @Generation))";
        var end = prefix.Length == 0 ? null : Successor(prefix);
        if (query.EndBefore is { Length: > 0 } before && Encoding.UTF8.GetBytes(before) is var stop && (end is null || stop.AsSpan().SequenceCompareTo(end) < 0)) end = stop;
        return [.. c.Query<ObjectRow>(
            $"SELECT {ObjectRow.Columns} FROM objects WHERE realm = @Realm AND bucket = @Name AND {from} " +
            (end is null ? "" : "AND key < @end ") + (query.Versions ? "" : "AND latest = 1 AND marker = 0 ") +
            "ORDER BY key, generation DESC LIMIT @limit",
            new { bucket.Realm, bucket.Name, at.Key, at.Generation, end, limit })];
    }

    private static byte[]? RolledUp(byte[] key, int prefixLength, string? delimiter)
    {
        if (string.IsNullOrEmpty(delimiter) || key.Length < prefixLength) return null;
        var mark = Encoding.UTF8.GetBytes(delimiter);
        var at = key.AsSpan(prefixLength).IndexOf(mark);
        return at < 0 ? null : key[..(prefixLength + at + mark.Length)];
    }

    /// <summary>The smallest byte string above everything that starts with <paramref name="prefix"/>.</summary>
    private static byte[] Successor(byte[] prefix)
    {
        var end = prefix.AsSpan().TrimEnd((byte)0xFF).ToArray();
        if (end.Length > 0) end[^1]++;
        return end;
    }

    internal readonly record struct Position(byte[] Key, bool Inclusive, long? Generation = null)
    {
        public string ToToken() => Convert.ToBase64String([(byte)(Inclusive ? 1 : 0), .. BitConverter.GetBytes(Generation ?? -1), .. Key]);

        public static Position? Parse(string token)
        {
            var bytes = new byte[token.Length];
            if (!Convert.TryFromBase64String(token, bytes, out var length) || length < 9) return null;
            var generation = BitConverter.ToInt64(bytes, 1);
            return new Position(bytes[9..length], bytes[0] == 1, generation < 0 ? null : generation);
        }
    }
}
