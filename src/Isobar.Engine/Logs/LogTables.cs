using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Logs;

/// <summary>The SQL of the log store. Lines are read in the order of their arrival, which makes a cursor exact.</summary>
internal static class LogTables
{
    public static bool CreateGroup(SqliteConnection c, string realm, string group, DateTimeOffset now) =>
        c.Execute("INSERT OR IGNORE INTO groups (realm, name, created) VALUES (@realm, @group, @now)", new { realm, group, now = now.UtcTicks }) > 0;

    public static bool CreateStream(SqliteConnection c, LogStreamName stream, DateTimeOffset now) =>
        c.Execute("INSERT OR IGNORE INTO streams (realm, grp, name, created) VALUES (@Realm, @Group, @Stream, @now)", new { stream.Realm, stream.Group, stream.Stream, now = now.UtcTicks }) > 0;

    public static void Append(SqliteConnection c, LogStreamName stream, List<(DateTimeOffset Time, string Message)> lines, DateTimeOffset now)
    {
        CreateGroup(c, stream.Realm, stream.Group, now);
        CreateStream(c, stream, now);
        var (id, sequence) = c.QuerySingle<(long, long)>("SELECT id, lines FROM streams WHERE realm = @Realm AND grp = @Group AND name = @Stream", new { stream.Realm, stream.Group, stream.Stream });
        foreach (var (time, message) in lines)
            c.Execute("INSERT INTO lines (stream, sequence, time, ingested, message) VALUES (@id, @sequence, @time, @now, @message)", new { id, sequence = sequence++, time = time.UtcTicks, now = now.UtcTicks, message });
        c.Execute("UPDATE streams SET lines = @sequence, bytes = bytes + @bytes, first = coalesce(min(first, @first), @first), last = coalesce(max(last, @last), @last) WHERE id = @id",
            new { id, sequence, bytes = lines.Sum(l => (long)l.Message.Length), first = lines.Min(l => l.Time.UtcTicks), last = lines.Max(l => l.Time.UtcTicks) });
    }

    public static IReadOnlyList<LogGroupInfo> Groups(SqliteConnection c, string realm, string prefix) =>
        [.. c.Query<(string Name, long Created, long? Retention, long Bytes)>(
            "SELECT name, created, retention, coalesce((SELECT sum(bytes) FROM streams s WHERE s.realm = g.realm AND s.grp = g.name), 0) FROM groups g WHERE realm = @realm AND substr(name, 1, length(@prefix)) = @prefix ORDER BY name", new { realm, prefix })
            .Select(g => new LogGroupInfo(realm, g.Name, At(g.Created), g.Bytes, (int?)g.Retention))];

    public static IReadOnlyList<LogStreamInfo> Streams(SqliteConnection c, string realm, string group, string prefix) =>
        [.. c.Query<(string Name, long Created, long? First, long? Last, long Bytes)>(
            "SELECT name, created, first, last, bytes FROM streams WHERE realm = @realm AND grp = @group AND substr(name, 1, length(@prefix)) = @prefix ORDER BY name", new { realm, group, prefix })
            .Select(s => new LogStreamInfo(new LogStreamName(realm, group, s.Name), At(s.Created), s.First is { } f ? At(f) : null, s.Last is { } l ? At(l) : null, s.Bytes))];

    public static LogPage Read(SqliteConnection c, LogQuery query)
    {
        var cursor = long.TryParse(query.Continue, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : query.Backward ? long.MaxValue : 0;
        var rows = c.Query<(long Id, string Stream, long Sequence, long Time, long Ingested, string Message)>(
            "SELECT l.id, s.name, l.sequence, l.time, l.ingested, l.message FROM streams s JOIN lines l ON l.stream = s.id " +
            "WHERE s.realm = @Realm AND s.grp = @Group AND (@Stream IS NULL OR s.name = @Stream) AND (@StreamPrefix IS NULL OR substr(s.name, 1, length(@StreamPrefix)) = @StreamPrefix) " +
            "AND (@from IS NULL OR l.time >= @from) AND (@to IS NULL OR l.time < @to) " +
            (query.Backward ? "AND l.id < @cursor ORDER BY l.id DESC" : "AND l.id > @cursor ORDER BY l.id") + " LIMIT @limit",
            new { query.Realm, query.Group, query.Stream, query.StreamPrefix, from = query.From?.UtcTicks, to = query.To?.UtcTicks, cursor, limit = query.Limit + 1 }).ToList();
        var atEnd = rows.Count <= query.Limit;
        if (!atEnd) rows.RemoveAt(rows.Count - 1);
        if (query.Backward) rows.Reverse();
        var lines = rows.Select(r => new LogLine(new LogStreamName(query.Realm, query.Group, r.Stream), r.Sequence, At(r.Time), At(r.Ingested), r.Message)).ToList();
        var forward = rows.Count > 0 ? rows[^1].Id : query.Backward && cursor != long.MaxValue ? cursor - 1 : cursor == long.MaxValue ? 0 : cursor;
        var backward = rows.Count > 0 ? rows[0].Id : query.Backward ? cursor : cursor + 1;
        return new LogPage(lines, forward.ToString(CultureInfo.InvariantCulture), backward.ToString(CultureInfo.InvariantCulture), atEnd);
    }

    private static DateTimeOffset At(long ticks) => new(ticks, TimeSpan.Zero);
}
