using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Monitoring;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Job = Isobar.Google.VertexAi.V1.ModelDeploymentMonitoringJob;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>The monitoring jobs of <c>JobService</c>: documents over the engine's schedules.</summary>
internal sealed class MonitoringJobs(IStateStore state, IMonitoringSchedules schedules, MonitoringPlanner planner, EndpointStore endpoints, RequestLogging logging, OperationTable operations, NameLocks locks)
{
    public const string Collection = "modelDeploymentMonitoringJobs";
    private readonly ResourceTable<Job> _table = new(state, Collection);

    public async Task<Job> CreateAsync(CreateModelDeploymentMonitoringJobRequest request, CancellationToken ct)
    {
        var job = request.ModelDeploymentMonitoringJob ?? throw Faults.Required("model_deployment_monitoring_job");
        var name = ResourceName.New(request.Parent, Collection);
        using var held = await locks.EnterAsync(job.Endpoint, ct).ConfigureAwait(false);
        var specs = await planner.PlanAsync(name, job, ct).ConfigureAwait(false);
        job.Name = name.ToString();
        var stored = (await _table.InsertAsync(job.Name, job, ct).ConfigureAwait(false)).OrThrow();
        await logging.RefreshAsync((await endpoints.FindAsync(job.Endpoint, ct).ConfigureAwait(false)).Value, ct).ConfigureAwait(false);
        foreach (var spec in specs) (await schedules.CreateAsync(spec, ct).ConfigureAwait(false)).OrThrow();
        return await ShowAsync(stored, ct).ConfigureAwait(false);
    }

    public async Task<Job> GetAsync(string name, CancellationToken ct) => await ShowAsync(await FindAsync(name, ct).ConfigureAwait(false), ct).ConfigureAwait(false);

    public async Task<ListModelDeploymentMonitoringJobsResponse> ListAsync(ListModelDeploymentMonitoringJobsRequest request, CancellationToken ct)
    {
        var shown = new List<Stored<Job>>();
        foreach (var job in await ListAsync(ResourceName.New(request.Parent, Collection).Parent, ct).ConfigureAwait(false)) shown.Add(job with { Value = await ShowAsync(job, ct).ConfigureAwait(false) });
        var (page, next) = Listing.Cut(shown, request.Filter, "", request.PageSize, request.PageToken, MonitoringView.Field);
        return new ListModelDeploymentMonitoringJobsResponse { ModelDeploymentMonitoringJobs = { page.Select(s => s.Value) }, NextPageToken = next };
    }

    // 1. Lay the change over the job. 2. Plan it anew. 3. Change, add and drop schedules to match.
    public async Task<Operation> UpdateAsync(UpdateModelDeploymentMonitoringJobRequest request, CancellationToken ct)
    {
        // 1.
        var change = request.ModelDeploymentMonitoringJob ?? throw Faults.Required("model_deployment_monitoring_job");
        var stored = await FindAsync(change.Name, ct).ConfigureAwait(false);
        using var held = await locks.EnterAsync(stored.Value.Endpoint, ct).ConfigureAwait(false);
        var (name, job) = (ResourceName.Parse(stored.Name, Collection), stored.Value);
        MonitoringChange.Merge(request.UpdateMask, change, job);

        // 2.
        var specs = await planner.PlanAsync(name, job, ct).ConfigureAwait(false);

        // 3.
        var before = await schedules.ListAsync(name.Engine + "/", ct).ConfigureAwait(false);
        foreach (var spec in specs)
        {
            if (before.Any(s => s.Spec.Id == spec.Id)) (await schedules.UpdateAsync(spec, ct).ConfigureAwait(false)).OrThrow();
            else (await schedules.CreateAsync(spec, ct).ConfigureAwait(false)).OrThrow();
        }
        foreach (var gone in before.Where(s => specs.All(n => n.Id != s.Spec.Id))) await DropAsync(gone.Spec.Id, ct).ConfigureAwait(false);
        await _table.PutAsync(stored.Name, job, ct).ConfigureAwait(false);
        await logging.RefreshAsync((await endpoints.FindAsync(job.Endpoint, ct).ConfigureAwait(false)).Value, ct).ConfigureAwait(false);
        var shown = await ShowAsync(stored with { Value = job }, ct).ConfigureAwait(false);
        return await operations.DoneAsync(name, new UpdateModelDeploymentMonitoringJobOperationMetadata { GenericMetadata = new() }, shown, ct).ConfigureAwait(false);
    }

    public async Task<Empty> PauseAsync(string name, CancellationToken ct)
    {
        var job = await FindAsync(name, ct).ConfigureAwait(false);
        foreach (var schedule in await SchedulesAsync(job.Name, ct).ConfigureAwait(false)) (await schedules.StopAsync(schedule.Spec.Id, ct).ConfigureAwait(false)).OrThrow();
        return new Empty();
    }

    public async Task<Empty> ResumeAsync(string name, CancellationToken ct)
    {
        var job = await FindAsync(name, ct).ConfigureAwait(false);
        if ((await ShowAsync(job, ct).ConfigureAwait(false)).State != JobState.Paused) throw Faults.Precondition($"The job {name} is not paused.");
        foreach (var schedule in await SchedulesAsync(job.Name, ct).ConfigureAwait(false)) (await schedules.StartAsync(schedule.Spec.Id, ct).ConfigureAwait(false)).OrThrow();
        return new Empty();
    }

    public async Task<Operation> DeleteAsync(string name, CancellationToken ct)
    {
        var job = await FindAsync(name, ct).ConfigureAwait(false);
        using var held = await locks.EnterAsync(job.Value.Endpoint, ct).ConfigureAwait(false);
        foreach (var schedule in await SchedulesAsync(job.Name, ct).ConfigureAwait(false)) await DropAsync(schedule.Spec.Id, ct).ConfigureAwait(false);
        await _table.DeleteAsync(job.Name, ct).ConfigureAwait(false);
        if (await endpoints.GetAsync(job.Value.Endpoint, ct).ConfigureAwait(false) is { } endpoint) await logging.RefreshAsync(endpoint.Value, ct).ConfigureAwait(false);
        return await operations.DoneAsync(ResourceName.Parse(job.Name, Collection), new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    public async Task<Stored<Job>> FindAsync(string name, CancellationToken ct)
    {
        ResourceName.Parse(name, Collection);
        return await _table.FindAsync(name, ct).ConfigureAwait(false);
    }

    private Task<IReadOnlyList<Stored<Job>>> ListAsync(string parent, CancellationToken ct) => _table.ListAsync($"{parent}/{Collection}/", ct);

    private Task<IReadOnlyList<MonitorSchedule>> SchedulesAsync(string name, CancellationToken ct) => schedules.ListAsync($"gcp/{name}/", ct);

    private async Task<Job> ShowAsync(Stored<Job> job, CancellationToken ct) =>
        MonitoringView.Of(job, await SchedulesAsync(job.Name, ct).ConfigureAwait(false), await schedules.ExecutionsAsync($"gcp/{job.Name}/", ct).ConfigureAwait(false));

    private async Task DropAsync(string schedule, CancellationToken ct)
    {
        // A run that is under way would stand in the way.
        await schedules.StopAsync(schedule, ct).ConfigureAwait(false);
        (await schedules.DeleteAsync(schedule, ct).ConfigureAwait(false)).OrThrow();
    }
}
