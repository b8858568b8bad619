using Dapper;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Tracking;

/// <summary>The SQL of tracked metrics.</summary>
internal static class MetricTable
{
    public static void Add(SqliteConnection c, string scope, string run, IReadOnlyList<TrackedMetric> metrics)
    {
        c.Execute("INSERT OR IGNORE INTO runs (scope, name) VALUES (@scope, @run)", new { scope, run });
        var id = c.QuerySingle<long>("SELECT id FROM runs WHERE scope = @scope AND name = @run", new { scope, run });
        foreach (var metric in metrics)
            c.Execute("INSERT INTO metrics (run, name, value, time, step) VALUES (@id, @Name, @value, @time, @Step)", new { id, metric.Name, value = double.IsNaN(metric.Value) ? (double?)null : metric.Value, time = metric.Time.UtcTicks, metric.Step });
    }

    public static IReadOnlyList<TrackedMetric> History(SqliteConnection c, string scope, string run, string metric) =>
        [.. c.Query<(double? Value, long Time, long Step)>("SELECT m.value, m.time, m.step FROM runs r JOIN metrics m ON m.run = r.id WHERE r.scope = @scope AND r.name = @run AND m.name = @metric ORDER BY m.id", new { scope, run, metric })
            .Select(m => Read(metric, m.Value, m.Time, m.Step))];

    /// <summary>The value at the highest step; of several there, the one that was measured last.</summary>
    public static ILookup<string, TrackedMetric> Latest(SqliteConnection c, string scope, string? run) =>
        c.Query<(string Run, string Name, double? Value, long Time, long Step)>(
            "SELECT run, name, value, time, step FROM (SELECT r.name run, m.name, m.value, m.time, m.step, row_number() OVER (PARTITION BY m.run, m.name ORDER BY m.step DESC, m.time DESC, m.id DESC) place " +
            "FROM runs r JOIN metrics m ON m.run = r.id WHERE r.scope = @scope AND (@run IS NULL OR r.name = @run)) WHERE place = 1 ORDER BY run, name", new { scope, run })
            .ToLookup(m => m.Run, m => Read(m.Name, m.Value, m.Time, m.Step));

    public static void Forget(SqliteConnection c, string scope, string? run) =>
        c.Execute("DELETE FROM runs WHERE scope = @scope AND (@run IS NULL OR name = @run)", new { scope, run });

    public static void Forget(SqliteConnection c, string scope, string run, string metric) =>
        c.Execute("DELETE FROM metrics WHERE name = @metric AND run IN (SELECT id FROM runs WHERE scope = @scope AND name = @run)", new { scope, run, metric });

    private static TrackedMetric Read(string name, double? value, long time, long step) => new(name, value ?? double.NaN, new DateTimeOffset(time, TimeSpan.Zero), step);
}
