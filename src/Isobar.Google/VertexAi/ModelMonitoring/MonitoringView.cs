using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Monitoring;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Job = Isobar.Google.VertexAi.V1.ModelDeploymentMonitoringJob;
using RpcStatus = Google.Rpc.Status;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>How Vertex AI shows a monitoring job by its schedules and their runs.</summary>
internal static class MonitoringView
{
    public static Job Of(Stored<Job> stored, IReadOnlyList<MonitorSchedule> schedules, IReadOnlyList<MonitorExecution> runs)
    {
        var shown = stored.Value.Clone();
        var live = schedules.Any(s => s.State == ScheduleState.Scheduled);
        shown.State = live ? JobState.Running : JobState.Paused;
        shown.ScheduleState = !live ? Job.Types.MonitoringScheduleState.Unspecified
            : runs.Any(r => r.State == ExecutionState.InProgress) ? Job.Types.MonitoringScheduleState.Running
            : runs.Any(r => !r.IsFinal) ? Job.Types.MonitoringScheduleState.Pending : Job.Types.MonitoringScheduleState.Offline;
        shown.CreateTime = stored.Created.ToTimestamp();
        shown.UpdateTime = schedules.Select(s => s.Updated).Append(stored.Created).Max().ToTimestamp();
        if (schedules.Select(s => s.NextDue).Min() is { } next) shown.NextScheduleTime = next.ToTimestamp();
        // The runs of all objectives are one pipeline: it is told of when the last of them has ended, with what failed of it.
        var unfinished = runs.Where(r => !r.IsFinal).Select(r => r.Due).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        if (runs.Where(r => r.IsFinal && !IsOne(r.Due, unfinished)).MaxBy(r => r.Due) is not { } last) return shown;
        var failed = runs.FirstOrDefault(r => r.State == ExecutionState.Failed && IsOne(r.Due, last.Due));
        shown.LatestMonitoringPipelineMetadata = new Job.Types.LatestMonitoringPipelineMetadata
        {
            RunTime = last.Due.ToTimestamp(),
            Status = failed is null ? new RpcStatus() : new RpcStatus { Code = 9, Message = failed.Reason ?? "The run failed." },
        };
        return shown;
    }

    /// <summary>Whether runs are of one pipeline: objectives come due one after the other, pipelines hours apart.</summary>
    private static bool IsOne(DateTimeOffset a, DateTimeOffset b) => (a - b).Duration() < TimeSpan.FromMinutes(1);

    /// <summary>What a filter may name.</summary>
    public static string? Field(Stored<Job> job, string path) => JobFields.Read(path, job.Value.DisplayName, job.Value.State, job.Value.CreateTime, job.Value.UpdateTime, job.Value.Labels);
}
