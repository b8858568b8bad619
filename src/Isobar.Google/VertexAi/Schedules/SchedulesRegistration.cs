using Isobar.Engine.Schedules;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.VertexAi.Schedules;

/// <summary>Registers schedules.</summary>
internal static class SchedulesRegistration
{
    public static IServiceCollection AddVertexSchedules(this IServiceCollection services) => services
        .AddSingleton<PipelineSchedules>().AddSingleton<ITimedTarget>(p => p.GetRequiredService<PipelineSchedules>()).AddSingleton<ScheduleRpc>();
}
