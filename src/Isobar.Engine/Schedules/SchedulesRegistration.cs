using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Schedules;

/// <summary>Registers schedules by the clock.</summary>
public static class SchedulesRegistration
{
    /// <summary>Adds <see cref="ITimedSchedules"/> and what looks at the clock for them.</summary>
    public static IServiceCollection AddSchedules(this IServiceCollection services) => services
        .AddSingleton<TimedSchedules>()
        .AddSingleton<ITimedSchedules>(p => p.GetRequiredService<TimedSchedules>())
        .AddSingleton<IHostedService>(p => p.GetRequiredService<TimedSchedules>());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(TimedSchedule))]
internal sealed partial class SchedulesJson : JsonSerializerContext;
