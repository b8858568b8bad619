using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Monitoring;

namespace Isobar.Aws.SageMaker.Monitoring;

/// <summary>Monitoring schedules over the engine's.</summary>
internal sealed class MonitoringScheduleOperations(ResourceTable<CreateMonitoringScheduleRequest> table, MonitorPlanner planner, ResourceTags tags, IMonitoringSchedules schedules) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateMonitoringScheduleRequest, CreateMonitoringScheduleResponse>("CreateMonitoringSchedule", CreateAsync);
        service.Add<DescribeMonitoringScheduleRequest, DescribeMonitoringScheduleResponse>("DescribeMonitoringSchedule", DescribeAsync);
        service.Add<ListMonitoringSchedulesRequest, ListMonitoringSchedulesResponse>("ListMonitoringSchedules", ListAsync);
        service.Add<UpdateMonitoringScheduleRequest, UpdateMonitoringScheduleResponse>("UpdateMonitoringSchedule", UpdateAsync);
        service.Add<StartMonitoringScheduleRequest>("StartMonitoringSchedule", (request, caller, ct) => MoveAsync(caller, request.MonitoringScheduleName!, schedules.StartAsync, ct));
        service.Add<StopMonitoringScheduleRequest>("StopMonitoringSchedule", (request, caller, ct) => MoveAsync(caller, request.MonitoringScheduleName!, schedules.StopAsync, ct));
        service.Add<DeleteMonitoringScheduleRequest>("DeleteMonitoringSchedule", DeleteAsync);
        service.Add<ListMonitoringExecutionsRequest, ListMonitoringExecutionsResponse>("ListMonitoringExecutions", ExecutionsAsync);
    }

    private async Task<AwsResult<CreateMonitoringScheduleResponse>> CreateAsync(CreateMonitoringScheduleRequest request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.MonitoringScheduleName!;
        using var held = await table.LockAsync(caller, name, ct);
        if (await FindAsync(caller, name, ct) is not null) return Exists(caller, name);
        if (!(await planner.PlanAsync(caller, name, request.MonitoringScheduleConfig!, ResourceTags.ToMap(request.Tags), ct)).TryGet(out var spec, out var failure)) return failure;
        await table.DeleteAsync(caller, name, ct);
        var created = await table.CreateAsync(caller, name, request, request.Tags, ct);
        if (!created.TryGet(out var stored, out var error)) return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
        if ((await schedules.CreateAsync(spec, ct)).TryGet(out _, out error)) return new CreateMonitoringScheduleResponse { MonitoringScheduleArn = stored.Arn };
        if (error.Code != ErrorCode.AlreadyExists) await table.DeleteAsync(caller, name, ct);
        return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
    }

    private async Task<AwsResult<DescribeMonitoringScheduleResponse>> DescribeAsync(DescribeMonitoringScheduleRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.MonitoringScheduleName!, ct) is not var (stored, schedule)) return Missing(caller, request.MonitoringScheduleName!);
        var last = (await schedules.ExecutionsAsync(stored.EngineId, ct)).LastOrDefault(e => e.ScheduleId == stored.EngineId);
        return new DescribeMonitoringScheduleResponse
        {
            MonitoringScheduleArn = stored.Arn,
            MonitoringScheduleName = stored.Name,
            MonitoringScheduleStatus = schedule.State.ToString(),
            MonitoringType = schedule.Spec.Kind.ToString(),
            CreationTime = stored.Created,
            LastModifiedTime = schedule.Updated > stored.Modified ? schedule.Updated : stored.Modified,
            MonitoringScheduleConfig = stored.Request.MonitoringScheduleConfig,
            EndpointName = schedule.Spec.EndpointName,
            LastMonitoringExecutionSummary = last is null ? null : Summary(caller, last),
        };
    }

    private async Task<AwsResult<ListMonitoringSchedulesResponse>> ListAsync(ListMonitoringSchedulesRequest request, AwsCaller caller, CancellationToken ct)
    {
        var live = (await schedules.ListAsync(SageMakerIds.Engine(caller, ""), ct)).ToDictionary(s => s.Spec.Id);
        var items = (await table.ListAsync(caller, ct)).Where(s => live.ContainsKey(s.EngineId)).Select(s => Summary(s, live[s.EngineId]))
            .Where(s => (request.EndpointName is null || s.EndpointName == request.EndpointName)
                && (request.MonitoringJobDefinitionName is null || s.MonitoringJobDefinitionName == request.MonitoringJobDefinitionName)
                && (request.MonitoringTypeEquals is null || s.MonitoringType == request.MonitoringTypeEquals));
        var page = Listing.Of(request).Cut(items, s => new(s.MonitoringScheduleName!, s.CreationTime!.Value, s.LastModifiedTime!.Value, s.MonitoringScheduleStatus));
        return page.TryGet(out var cut, out var failure) ? new ListMonitoringSchedulesResponse { MonitoringScheduleSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<UpdateMonitoringScheduleResponse>> UpdateAsync(UpdateMonitoringScheduleRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.MonitoringScheduleName!, ct) is not var (stored, _)) return Missing(caller, request.MonitoringScheduleName!);
        if (!(await planner.PlanAsync(caller, stored.Name, request.MonitoringScheduleConfig!, await tags.MapAsync(stored.Arn, ct), ct)).TryGet(out var spec, out var failure)) return failure;
        if (!(await schedules.UpdateAsync(spec, ct)).TryGet(out _, out var error)) return error;
        var changed = await table.ChangeAsync(caller, stored.Name, s => s with { Request = s.Request with { MonitoringScheduleConfig = request.MonitoringScheduleConfig } }, ct);
        return changed.TryGet(out _, out error) ? new UpdateMonitoringScheduleResponse { MonitoringScheduleArn = stored.Arn } : error;
    }

    private async Task<AwsResult<NoReply>> MoveAsync(AwsCaller caller, string name, Func<string, CancellationToken, Task<Result<MonitorSchedule>>> move, CancellationToken ct)
    {
        if (await FindAsync(caller, name, ct) is not var (stored, _)) return Missing(caller, name);
        return (await move(stored.EngineId, ct)).TryGet(out _, out var error) ? NoReply.Value : error;
    }

    private async Task<AwsResult<NoReply>> DeleteAsync(DeleteMonitoringScheduleRequest request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.MonitoringScheduleName!;
        if (await FindAsync(caller, name, ct) is not var (stored, _)) return Missing(caller, name);
        if (!(await schedules.DeleteAsync(stored.EngineId, ct)).TryGet(out _, out var error))
            return error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.Invalid($"Monitoring schedule {stored.Arn} can not be deleted as it has in-progress executions.") : error;
        await table.DeleteAsync(caller, name, ct);
        return NoReply.Value;
    }

    private async Task<AwsResult<ListMonitoringExecutionsResponse>> ExecutionsAsync(ListMonitoringExecutionsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var prefix = SageMakerIds.Engine(caller, "");
        var wanted = request.MonitoringScheduleName is { } name ? prefix + name : null;
        var items = (await schedules.ExecutionsAsync(wanted ?? prefix, ct))
            .Where(e => (wanted is null || e.ScheduleId == wanted)
                && (request.EndpointName is null || e.Spec.EndpointName == request.EndpointName)
                && (request.MonitoringTypeEquals is null || e.Spec.Kind.ToString() == request.MonitoringTypeEquals)
                && (request.ScheduledTimeAfter is null || e.Due >= request.ScheduledTimeAfter)
                && (request.ScheduledTimeBefore is null || e.Due <= request.ScheduledTimeBefore));
        var listing = Listing.Of(request);
        // The default order is by the scheduled time, newest first.
        var page = listing.Cut(items, e => new(e.JobName, listing.SortBy == "CreationTime" ? e.Created : e.Due, e.Updated, e.State.ToString()));
        return page.TryGet(out var cut, out var failure) ? new ListMonitoringExecutionsResponse { MonitoringExecutionSummaries = [.. cut.Items.Select(e => Summary(caller, e))], NextToken = cut.NextToken } : failure;
    }

    private async Task<(Stored<CreateMonitoringScheduleRequest> Stored, MonitorSchedule Schedule)?> FindAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await table.GetAsync(caller, name, ct) is { } stored && (await schedules.GetAsync(stored.EngineId, ct)).TryGet(out var schedule, out _) ? (stored, schedule) : null;

    private static MonitoringScheduleSummary Summary(Stored<CreateMonitoringScheduleRequest> stored, MonitorSchedule schedule) => new()
    {
        MonitoringScheduleName = stored.Name,
        MonitoringScheduleArn = stored.Arn,
        CreationTime = stored.Created,
        LastModifiedTime = schedule.Updated > stored.Modified ? schedule.Updated : stored.Modified,
        MonitoringScheduleStatus = schedule.State.ToString(),
        EndpointName = schedule.Spec.EndpointName,
        MonitoringJobDefinitionName = stored.Request.MonitoringScheduleConfig!.MonitoringJobDefinitionName,
        MonitoringType = schedule.Spec.Kind.ToString(),
    };

    private static MonitoringExecutionSummary Summary(AwsCaller caller, MonitorExecution execution) => new()
    {
        MonitoringScheduleName = execution.Spec.Name,
        ScheduledTime = execution.Due,
        CreationTime = execution.Created,
        LastModifiedTime = execution.Updated,
        MonitoringExecutionStatus = execution.State.ToString(),
        ProcessingJobArn = SageMakerIds.Arn(caller, "processing-job", execution.JobName),
        EndpointName = execution.Spec.EndpointName,
        FailureReason = execution.State is ExecutionState.Failed or ExecutionState.CompletedWithViolations ? execution.Reason : null,
        MonitoringType = execution.Spec.Kind.ToString(),
    };

    private AwsError Missing(AwsCaller caller, string name) => SageMakerErrors.NotFound($"Monitoring Schedule {table.Arn(caller, name)} not found");

    private AwsError Exists(AwsCaller caller, string name) =>
        SageMakerErrors.InUse($"Monitoring Schedule names must be unique within an AWS account and region, and one with this name already exists ({table.Arn(caller, name)})");
}
