using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.Schedules;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Pipelines;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using static Isobar.Google.VertexAi.V1.Schedule.Types.State;

namespace Isobar.Google.VertexAi.Schedules;

/// <summary>
/// The schedules of <c>ScheduleService</c>, on the engine's schedules by the clock: each turn makes a pipeline job. A turn that falls due while as many runs as may be
/// active are under way is passed over, or waits where queueing is allowed.
/// </summary>
internal sealed class PipelineSchedules(IStateStore state, ITimedSchedules clock, PipelineJobs jobs, OperationTable operations, TimeProvider time) : ITimedTarget
{
    public const string Collection = "schedules";
    private const int MaxDisplayName = 128;
    private static readonly string[] Changeable = ["display_name", "cron", "start_time", "end_time", "max_run_count", "max_concurrent_run_count", "max_concurrent_active_run_count", "allow_queueing", "create_pipeline_job_request"];
    private readonly ResourceTable<StoredSchedule> _table = new(state, Collection);
    // Of its own: a turn makes a job, which may hold locks of others.
    private readonly NameLocks _locks = new();

    public string Owner => CustomJobPlanner.Owner;

    public async Task<Schedule> CreateAsync(CreateScheduleRequest request, string origin, CancellationToken ct)
    {
        var schedule = request.Schedule ?? throw Faults.Required("schedule");
        var name = ResourceName.New(request.Parent, Collection);
        await CheckAsync(schedule, name.Parent, ct).ConfigureAwait(false);
        var now = time.GetUtcNow().ToTimestamp();
        (schedule.Name, schedule.State, schedule.CreateTime, schedule.UpdateTime) = (name.ToString(), Active, now, now);
        schedule.StartTime ??= now;
        // What callers cannot set.
        (schedule.StartedRunCount, schedule.CatchUp, schedule.LastPauseTime, schedule.LastResumeTime, schedule.LastScheduledRunResponse, schedule.NextRunTime) = (0, false, null, null, null, null);
        var stored = new StoredSchedule { Schedule = schedule, Origin = origin };
        // The clock first: what it finds nothing of, it does nothing for, and a schedule without a clock would never be due.
        if ((await clock.PutAsync(Timed(schedule), ct).ConfigureAwait(false)).Error is { } error) throw OfClock(error);
        (await _table.InsertAsync(schedule.Name, stored, ct).ConfigureAwait(false)).OrThrow();
        return await ShownAsync(schedule, ct).ConfigureAwait(false);
    }

    public async Task<Schedule> GetAsync(string name, CancellationToken ct) => await ShownAsync((await FindAsync(name, ct).ConfigureAwait(false)).Schedule, ct).ConfigureAwait(false);

    public async Task<ListSchedulesResponse> ListAsync(ListSchedulesRequest request, CancellationToken ct)
    {
        var prefix = $"{ResourceName.New(request.Parent, Collection).Parent}/{Collection}/";
        var all = new List<Stored<Schedule>>();
        foreach (var row in await _table.ListAsync(prefix, ct).ConfigureAwait(false)) all.Add(new(row.Name, await ShownAsync(row.Value.Schedule, ct).ConfigureAwait(false), row.Created));
        var (page, next) = Listing.Cut(all, request.Filter, request.OrderBy, request.PageSize, request.PageToken, (row, path) => MessageFields.Read(row.Value, path));
        return new ListSchedulesResponse { Schedules = { page.Select(s => s.Value) }, NextPageToken = next };
    }

    /// <summary>Changes an active or a paused schedule: its turns are counted anew from now.</summary>
    public async Task<Schedule> UpdateAsync(UpdateScheduleRequest request, CancellationToken ct)
    {
        var given = request.Schedule ?? throw Faults.Required("schedule");
        using var held = await _locks.EnterAsync(given.Name, ct).ConfigureAwait(false);
        var stored = await FindAsync(given.Name, ct, "schedule.name").ConfigureAwait(false);
        if (await StateAsync(stored.Schedule, ct).ConfigureAwait(false) == Completed) throw Faults.Precondition($"The schedule {given.Name} is COMPLETED.");
        var changed = stored.Clone();
        FieldMasks.Merge(request.UpdateMask, given, changed.Schedule, Changeable);
        await CheckAsync(changed.Schedule, ResourceName.Parse(given.Name, Collection).Parent, ct).ConfigureAwait(false);
        changed.Schedule.StartTime ??= stored.Schedule.CreateTime;
        return await PutAsync(changed, null, ct).ConfigureAwait(false);
    }

    public async Task<Empty> PauseAsync(string name, CancellationToken ct)
    {
        using var held = await _locks.EnterAsync(name, ct).ConfigureAwait(false);
        var stored = await FindAsync(name, ct).ConfigureAwait(false);
        if (await StateAsync(stored.Schedule, ct).ConfigureAwait(false) is var now && now != Active) throw Faults.Precondition($"The schedule {name} is {Said(now)}, not ACTIVE.");
        (stored.Schedule.State, stored.Schedule.LastPauseTime) = (Paused, time.GetUtcNow().ToTimestamp());
        await PutAsync(stored, null, ct).ConfigureAwait(false);
        return new Empty();
    }

    public async Task<Empty> ResumeAsync(ResumeScheduleRequest request, CancellationToken ct)
    {
        using var held = await _locks.EnterAsync(request.Name, ct).ConfigureAwait(false);
        var stored = await FindAsync(request.Name, ct).ConfigureAwait(false);
        if (stored.Schedule.State != Paused) throw Faults.Precondition($"The schedule {request.Name} is {Said(await StateAsync(stored.Schedule, ct).ConfigureAwait(false))}, not PAUSED.");
        (stored.Schedule.State, stored.Schedule.CatchUp, stored.Schedule.LastResumeTime) = (Active, request.CatchUp, time.GetUtcNow().ToTimestamp());
        await PutAsync(stored, request.CatchUp ? stored.Schedule.LastPauseTime?.ToDateTimeOffset() : null, ct).ConfigureAwait(false);
        return new Empty();
    }

    /// <summary>Deletes a schedule; jobs that it has made stay.</summary>
    public async Task<Operation> DeleteAsync(string name, CancellationToken ct)
    {
        using var held = await _locks.EnterAsync(name, ct).ConfigureAwait(false);
        await FindAsync(name, ct).ConfigureAwait(false);
        var parsed = ResourceName.Parse(name, Collection);
        await clock.DeleteAsync(parsed.Engine, ct).ConfigureAwait(false);
        await _table.DeleteAsync(name, ct).ConfigureAwait(false);
        return await operations.DoneAsync(parsed, new DeleteOperationMetadata { GenericMetadata = operations.Now() }, new Empty(), ct).ConfigureAwait(false);
    }

    // 1. Is there anything to be done? 2. Is there room? 3. Make the job. 4. Count it. 5. Was it the last?
    public async Task<Result<Done>> FireAsync(TimedSpec spec, DateTimeOffset due, CancellationToken ct)
    {
        // 1.
        var name = spec.Id[(Owner.Length + 1)..];
        using var held = await _locks.EnterAsync(name, ct).ConfigureAwait(false);
        if ((await _table.GetAsync(name, ct).ConfigureAwait(false))?.Value is not { } stored) return Done.Value;
        var schedule = stored.Schedule;
        if (schedule.State != Active || schedule.LastScheduledRunResponse?.ScheduledRunTime.ToDateTimeOffset() == due) return Done.Value;
        // 2.
        if (schedule.MaxConcurrentActiveRunCount > 0 && await jobs.ActiveAsync(name, ct).ConfigureAwait(false) >= schedule.MaxConcurrentActiveRunCount)
        {
            var full = $"{schedule.MaxConcurrentActiveRunCount} runs are active, as many as may be.";
            if (schedule.AllowQueueing) return new Error(ErrorCode.ResourceExhausted, full);
            Tell($"Skipped: {full}");
            await _table.PutAsync(name, stored, ct).ConfigureAwait(false);
            return Done.Value;
        }
        // 3.
        Error? failed = null;
        var request = schedule.CreatePipelineJobRequest.Clone();
        // The same turn has the same name: one that was cut short after its job was made makes no second one.
        request.PipelineJobId = string.Create(CultureInfo.InvariantCulture, $"schedule-{ResourceName.Parse(name, Collection).Id}-{due.UtcDateTime:yyyyMMddHHmmss}");
        try { await jobs.CreateAsync(request, stored.Origin, ct, name).ConfigureAwait(false); }
        catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists) { }
        catch (RpcException e) { failed = new Error((ErrorCode)(int)e.StatusCode, e.Status.Detail); }
        // 4.
        Tell(failed is null ? "OK" : $"{failed.Code}: {failed.Message}");
        if (failed is null) schedule.StartedRunCount++;
        // 5.
        if (schedule.MaxRunCount > 0 && schedule.StartedRunCount >= schedule.MaxRunCount) schedule.State = Completed;
        await _table.PutAsync(name, stored, CancellationToken.None).ConfigureAwait(false);
        if (schedule.State == Completed) await clock.PutAsync(Timed(schedule), CancellationToken.None).ConfigureAwait(false);
        return failed is null ? Done.Value : failed with { Code = ErrorCode.FailedPrecondition };

        void Tell(string response) => schedule.LastScheduledRunResponse = new() { ScheduledRunTime = due.ToTimestamp(), RunResponse_ = response };
    }

    private async Task CheckAsync(Schedule schedule, string parent, CancellationToken ct)
    {
        if (schedule.DisplayName.Length == 0) throw Faults.Required("schedule.display_name");
        if (schedule.DisplayName.Length > MaxDisplayName) throw Faults.Invalid("schedule.display_name", schedule.DisplayName, $"at most {MaxDisplayName} characters");
        ScheduleCron.Parse(schedule.Cron);
        if (schedule.MaxConcurrentRunCount < 1) throw Faults.Invalid("schedule.max_concurrent_run_count", $"{schedule.MaxConcurrentRunCount}", "1 or more");
        if (schedule.MaxConcurrentActiveRunCount < 0) throw Faults.Invalid("schedule.max_concurrent_active_run_count", $"{schedule.MaxConcurrentActiveRunCount}", "0 or more");
        if (schedule.MaxRunCount < 0) throw Faults.Invalid("schedule.max_run_count", $"{schedule.MaxRunCount}", "0 or more");
        if (schedule.EndTime is { } end && end.ToDateTimeOffset() <= (schedule.StartTime?.ToDateTimeOffset() ?? time.GetUtcNow())) throw Faults.Invalid("schedule.end_time", end.ToDateTimeOffset().ToString("O"), "after start_time");
        var request = schedule.CreatePipelineJobRequest ?? throw Faults.Required("schedule.create_pipeline_job_request");
        if (request.Parent != parent) throw Faults.Invalid("schedule.create_pipeline_job_request.parent", request.Parent, $"{parent}, as the schedule's");
        if (request.PipelineJobId.Length > 0) throw Faults.Invalid("schedule.create_pipeline_job_request.pipeline_job_id", request.PipelineJobId, "none: each run has an id of its own");
        // What no run could be made of is told now, not at the first turn.
        await jobs.CheckAsync(request, ct).ConfigureAwait(false);
    }

    private async Task<Schedule> PutAsync(StoredSchedule stored, DateTimeOffset? missedSince, CancellationToken ct)
    {
        var schedule = stored.Schedule;
        if ((await clock.PutAsync(Timed(schedule) with { MissedSince = missedSince }, ct).ConfigureAwait(false)).Error is { } error) throw OfClock(error);
        schedule.UpdateTime = time.GetUtcNow().ToTimestamp();
        await _table.PutAsync(schedule.Name, stored, CancellationToken.None).ConfigureAwait(false);
        return await ShownAsync(schedule, ct).ConfigureAwait(false);
    }

    private async Task<StoredSchedule> FindAsync(string name, CancellationToken ct, string field = "name")
    {
        ResourceName.Parse(name, Collection, field);
        return (await _table.FindAsync(name, ct).ConfigureAwait(false)).Value;
    }

    private async Task<Schedule> ShownAsync(Schedule schedule, CancellationToken ct)
    {
        var shown = schedule.Clone();
        var timed = await clock.FindAsync(ResourceName.Parse(schedule.Name, Collection).Engine, ct).ConfigureAwait(false);
        shown.State = StateOf(schedule, timed);
        shown.NextRunTime = shown.State == Active ? timed?.NextDue?.ToTimestamp() : null;
        return shown;
    }

    private async Task<Schedule.Types.State> StateAsync(Schedule schedule, CancellationToken ct) => StateOf(schedule, await clock.FindAsync(ResourceName.Parse(schedule.Name, Collection).Engine, ct).ConfigureAwait(false));

    // One that is never due again is complete.
    private static Schedule.Types.State StateOf(Schedule schedule, TimedSchedule? timed) => schedule.State == Active && timed is { NextDue: null } ? Completed : schedule.State;

    private TimedSpec Timed(Schedule schedule)
    {
        var cron = ScheduleCron.Parse(schedule.Cron);
        return new TimedSpec
        {
            Id = ResourceName.Parse(schedule.Name, Collection).Engine,
            Owner = Owner,
            Cron = cron.Expression,
            TimeZone = cron.Zone,
            Start = schedule.StartTime?.ToDateTimeOffset(),
            End = schedule.EndTime?.ToDateTimeOffset(),
            IsEnabled = schedule.State == Active,
        };
    }

    // The clock's own words, of the field that holds both.
    private static RpcException OfClock(Error error) => error.Code == ErrorCode.InvalidArgument ? Faults.Of(Error.Invalid("schedule.cron", null, error.Message)) : Faults.Of(error);

    private static string Said(Schedule.Types.State state) => state.ToString().ToUpperInvariant();
}
