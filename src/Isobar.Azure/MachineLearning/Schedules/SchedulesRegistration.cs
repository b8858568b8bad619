using System.Text.Json.Nodes;
using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Isobar.Engine.Schedules;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Schedules;

/// <summary>Registers schedules. A type of action is one more line here.</summary>
internal static class SchedulesRegistration
{
    public static IServiceCollection AddSchedules(this IServiceCollection services) => services
        .AddSingleton<IArmKind, ScheduleKind>().AddSingleton<ScheduleOperations>().AddSingleton<ITimedTarget, ScheduleTarget>()
        .AddSingleton<IScheduleAction, CreateJobAction>()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            new("Schedules_CreateOrUpdate", SupportLevel.Real, "recurrence and cron triggers; jobs of every type, and monitors of data drift, prediction drift and data quality"),
            new("Schedules_Get", SupportLevel.Real),
            new("Schedules_List", SupportLevel.Real),
            new("Schedules_Delete", SupportLevel.Real),
        ]));

    public static void MapSchedules(this IEndpointRouteBuilder routes)
    {
        var schedules = routes.ServiceProvider.GetRequiredService<ScheduleOperations>();
        const string All = Ml.Workspace + "/" + ScheduleNames.Plural, One = All + "/{name}";
        routes.MapArm("GET", All, schedules.ListAsync);
        routes.MapArm("PUT", One, schedules.PutAsync);
        routes.MapArm("GET", One, schedules.GetAsync);
        routes.MapArm("DELETE", One, schedules.DeleteAsync);
    }

    private sealed class ScheduleKind(ITimedSchedules clock) : IArmKind
    {
        public string Type => ScheduleNames.Type;

        public async Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
        {
            var shown = resource.Show();
            var properties = (JsonObject)shown["properties"]!;
            properties["provisioningState"] = "Succeeded";
            // Why the last turn came to nothing would else be known to the log alone.
            if ((await clock.FindAsync(ScheduleNames.Engine(resource.Path), ct).ConfigureAwait(false))?.LastFault is { } fault)
            {
                if (properties["properties"] is not JsonObject facts) properties["properties"] = facts = [];
                facts["error"] = fault;
            }
            return new ArmView(shown);
        }

        public Task ReleaseAsync(ArmResource resource, CancellationToken ct) => clock.DeleteAsync(ScheduleNames.Engine(resource.Path), ct);
    }
}
