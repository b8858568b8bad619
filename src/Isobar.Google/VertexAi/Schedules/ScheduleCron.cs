using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Schedules;

/// <summary>A cron expression of five fields as Vertex AI has it: before it may stand <c>CRON_TZ=</c> or <c>TZ=</c> and a zone of the IANA database.</summary>
internal readonly record struct ScheduleCron(string Expression, string Zone)
{
    private const string Utc = "UTC";
    private static readonly string[] Prefixes = ["CRON_TZ=", "TZ="];

    public static ScheduleCron Parse(string text)
    {
        if (text.Length == 0) throw Faults.Required("schedule.cron");
        if (Array.Find(Prefixes, p => text.StartsWith(p, StringComparison.Ordinal)) is not { } prefix) return new(text, Utc);
        return text[prefix.Length..].Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var zone, var rest] ? new(rest, zone)
            : throw Faults.Invalid("schedule.cron", text, $"{prefix}ZONE and the five fields of a cron expression");
    }
}
