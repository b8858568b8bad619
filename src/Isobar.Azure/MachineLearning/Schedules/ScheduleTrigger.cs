using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Schedules;

namespace Isobar.Azure.MachineLearning.Schedules;

/// <summary>Reads the trigger of a schedule.</summary>
internal static class ScheduleTrigger
{
    private const string Field = "properties.trigger";

    public static TimedSpec Read(ArmId id, JsonObject properties)
    {
        var trigger = properties.RequiredObject("trigger", "properties");
        trigger["timeZone"] ??= "UTC";
        var spec = new TimedSpec { Id = ScheduleNames.Engine(id), Owner = "azure", TimeZone = trigger.Text("timeZone", Field)!, Start = Time(trigger, "startTime"), End = Time(trigger, "endTime"), IsEnabled = properties.Flag("isEnabled", "properties") ?? true };
        if (trigger.OneOf("triggerType", Field, "Recurrence", "Cron") == "Cron") return spec with { Cron = trigger.RequiredText("expression", Field) };
        var unit = Enum.Parse<RecurrenceUnit>(trigger.OneOf("frequency", Field, Enum.GetNames<RecurrenceUnit>()));
        var recurrence = new Recurrence(unit, trigger.Whole("interval", Field, 1, 1000) ?? throw ArmFault.Required(Field + ".interval"));
        if (trigger.Object("schedule", Field) is not { } times) return spec with { Recurrence = recurrence };
        const string Times = Field + ".schedule";
        return spec with
        {
            Recurrence = recurrence with
            {
                Hours = Numbers(times, "hours", 0, 23) ?? throw ArmFault.Required(Times + ".hours"),
                Minutes = Numbers(times, "minutes", 0, 59) ?? throw ArmFault.Required(Times + ".minutes"),
                MonthDays = Numbers(times, "monthDays", 1, 31) ?? [],
                WeekDays = [.. List(times, "weekDays").Select(d => Enum.TryParse<DayOfWeek>(d?.ToString(), ignoreCase: true, out var day) ? day : throw ArmFault.Invalid(Times + ".weekDays", d?.ToString(), "must be days of the week, such as Monday"))],
            },
        };

        static IReadOnlyList<int>? Numbers(JsonObject from, string name, int least, int most) => from[name] is null ? null
            : [.. List(from, name).Select(n => n is JsonValue value && value.TryGetValue<int>(out var number) && number >= least && number <= most ? number : throw ArmFault.Invalid($"{Times}.{name}", n?.ToJsonString(), $"must be whole numbers from {least} to {most}"))];

        static JsonArray List(JsonObject from, string name) => from[name] switch
        {
            null => [],
            JsonArray array => array,
            var other => throw ArmFault.Invalid($"{Times}.{name}", other.ToJsonString(), "must be a list"),
        };
    }

    // Times without a zone are of the trigger's own zone; the service's clients write UTC.
    private static DateTimeOffset? Time(JsonObject trigger, string name)
    {
        if (trigger.Text(name, Field) is not { Length: > 0 } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : throw ArmFault.Invalid($"{Field}.{name}", text, "must be a time in ISO 8601, such as 2026-01-01T10:00:00");
    }
}
