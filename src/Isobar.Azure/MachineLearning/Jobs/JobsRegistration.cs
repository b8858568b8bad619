using Isobar.Azure.MachineLearning.Jobs.AutoMl;
using Isobar.Azure.MachineLearning.Jobs.Sweeps;
using Isobar.Azure.MachineLearning.Pipelines;
using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Isobar.Engine.Tuning;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>Registers jobs. A type of job is one more line here.</summary>
internal static class JobsRegistration
{
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<IArmKind, JobKind>().AddSingleton<JobTypes>().AddSingleton<JobSubmission>().AddSingleton<JobOperations>().AddSingleton<JobPortReader>().AddSingleton<JobChildren>().AddSingleton<BuiltInCommands>()
        .AddSingleton<CommandJobPlanner>().AddSingleton<CommandJobs>().AddSingleton<IJobType>(p => p.GetRequiredService<CommandJobs>())
        .AddSingleton<IJobType, SweepJobs>().AddSingleton<ITrialLauncher, SweepLauncher>()
        .AddPipelineJobs()
        .AddAutoMlJobs()
        .AddSingleton(new AzureService(Ml.ServiceName,
        [
            new("Jobs_CreateOrUpdate", SupportLevel.Real, "command, sweep, pipeline and AutoML jobs (tables, forecasts, texts, pictures); isobar-train on their PATH fits the engine's algorithms"),
            new("Jobs_Get", SupportLevel.Real),
            new("Jobs_List", SupportLevel.Real),
            new("Jobs_Cancel", SupportLevel.Real),
            new("Jobs_Delete", SupportLevel.Real),
        ]));

    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.ServiceProvider.GetRequiredService<JobOperations>();
        const string All = Ml.Workspace + "/" + JobNames.Plural, One = All + "/{id}";
        routes.MapArm("GET", All, jobs.ListAsync);
        routes.MapArm("PUT", One, jobs.PutAsync);
        routes.MapArm("GET", One, jobs.GetAsync);
        routes.MapArm("DELETE", One, jobs.DeleteAsync);
        routes.MapArm("POST", One + "/cancel", jobs.CancelAsync);
    }
}
