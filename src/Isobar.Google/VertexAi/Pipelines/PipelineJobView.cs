using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Pipelines;
using Isobar.Google.VertexAi.Pipelines.Kubeflow;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using RpcStatus = Google.Rpc.Status;
using TaskState = Isobar.Google.VertexAi.V1.PipelineTaskDetail.Types.State;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>How Vertex AI shows an execution of the engine's and its tasks.</summary>
internal static class PipelineJobView
{
    public static PipelineState State(PipelineExecution execution) => execution.State switch
    {
        ExecutionState.Executing => execution.Steps.Any(s => s.Started is not null) ? PipelineState.Running : PipelineState.Pending,
        ExecutionState.Stopping => PipelineState.Cancelling,
        ExecutionState.Stopped => PipelineState.Cancelled,
        ExecutionState.Failed => PipelineState.Failed,
        _ => PipelineState.Succeeded,
    };

    /// <summary>Whether it has ended.</summary>
    public static bool IsFinal(PipelineJob job) => job.State is PipelineState.Succeeded or PipelineState.Failed or PipelineState.Cancelled;

    public static PipelineJob Of(Stored<PipelineJob> stored, PipelineExecution execution)
    {
        var facts = PipelineFacts.Of(execution.Spec);
        var shown = stored.Value.Clone();
        shown.State = State(execution);
        shown.CreateTime = execution.Created.ToTimestamp();
        shown.StartTime = (execution.Steps.Select(s => s.Started).Where(s => s is not null).Min() ?? execution.Created).ToTimestamp();
        shown.UpdateTime = execution.Changed.ToTimestamp();
        if (execution.IsFinal) shown.EndTime = execution.Changed.ToTimestamp();
        if (execution.State == ExecutionState.Failed) shown.Error = new RpcStatus { Code = 9, Message = Failure(execution) };
        if (execution.State == ExecutionState.Stopped) shown.Error = new RpcStatus { Code = 1, Message = "CANCELED" };
        shown.JobDetail = new PipelineJobDetail
        {
            PipelineContext = new Context { Name = PipelineMetadata.PipelineContext(facts), SchemaTitle = "system.Pipeline", SchemaVersion = "0.0.1", DisplayName = facts.Pipeline, CreateTime = shown.CreateTime, UpdateTime = shown.CreateTime },
            PipelineRunContext = new Context { Name = PipelineMetadata.RunContext(facts), SchemaTitle = "system.PipelineRun", SchemaVersion = "0.0.1", DisplayName = facts.Name.Id, CreateTime = shown.CreateTime, UpdateTime = shown.CreateTime, ParentContexts = { PipelineMetadata.PipelineContext(facts) } },
            TaskDetails = { Root(facts, shown, execution), execution.Steps.Where(IsTask).Select(s => Task(facts, execution, s)) },
        };
        return shown;
    }

    /// <summary>What a filter may name.</summary>
    public static string? Field(Stored<PipelineJob> job, string path) => path switch
    {
        "state" => "PIPELINE_STATE_" + job.Value.State.ToString().ToUpperInvariant(),
        "pipeline_name" or "pipelineName" => job.Value.PipelineSpec?.Fields.TryGetValue("pipelineInfo", out var info) == true && info.StructValue?.Fields.TryGetValue("name", out var name) == true ? name.StringValue : null,
        "name" => job.Value.Name,
        "pipeline_job_user_id" => job.Name[(job.Name.LastIndexOf('/') + 1)..],
        "template_uri" => job.Value.TemplateUri,
        "schedule_name" or "scheduleName" => job.Value.ScheduleName,
        "end_time" or "endTime" => job.Value.EndTime?.ToDateTimeOffset().ToString("O"),
        _ => Jobs.JobFields.Read(path, job.Value.DisplayName, default, job.Value.CreateTime, job.Value.UpdateTime, job.Value.Labels),
    };

    // What only the engine needs, the loop within an iterator and the truth of a condition, is no task.
    private static bool IsTask(StepRun run) => run.Step.Kind is PipelineCompiler.Container or PipelineCompiler.Importer or PipelineCompiler.Dag;

    private static PipelineTaskDetail Root(PipelineFacts facts, PipelineJob job, PipelineExecution execution)
    {
        var root = new PipelineTaskDetail
        {
            TaskId = TaskPlace.Number(facts.Job, ""), TaskName = facts.Name.Id, CreateTime = job.CreateTime, StartTime = job.StartTime, EndTime = job.EndTime, Error = job.Error,
            State = execution.State switch { ExecutionState.Executing => TaskState.Running, ExecutionState.Stopping => TaskState.Cancelling, ExecutionState.Stopped => TaskState.Cancelled, ExecutionState.Failed => TaskState.Failed, _ => TaskState.Succeeded },
        };
        return root;
    }

    private static PipelineTaskDetail Task(PipelineFacts facts, PipelineExecution execution, StepRun run)
    {
        var state = State(execution, run);
        var detail = new PipelineTaskDetail
        {
            TaskId = TaskPlace.Number(facts.Job, run.Step.Name),
            ParentTaskId = TaskPlace.Number(facts.Job, Parent(execution, run)?.Step.Name ?? ""),
            TaskName = Name(execution, run),
            TaskUniqueName = run.Step.Name,
            State = state,
            CreateTime = (run.Started ?? execution.Created).ToTimestamp(),
        };
        if (run.Started is { } started) detail.StartTime = started.ToTimestamp();
        if (run.Ended is { } ended) detail.EndTime = ended.ToTimestamp();
        if (run.State == StepState.Failed) detail.Error = new RpcStatus { Code = 9, Message = run.Reason ?? "The task failed." };
        if (run.Started is not null) detail.Execution = PipelineMetadata.Execution(facts, run);
        if (run.Step.Kind == PipelineCompiler.Container && run is { CachedFrom: null, Attempts: > 0 })
        {
            detail.ExecutorDetail = new PipelineTaskExecutorDetail { ContainerDetail = new() { MainJob = new TaskPlace(facts, run.Step.Name, run.Attempts).CustomJob } };
            detail.ExecutorDetail.ContainerDetail.FailedMainJobs.Add(Enumerable.Range(1, run.Attempts - (state == TaskState.Failed ? 0 : 1)).Select(a => new TaskPlace(facts, run.Step.Name, a).CustomJob));
        }
        foreach (var (key, artifact) in PipelineMetadata.Artifacts(run.Resolved)) Add(detail.Inputs, key, artifact);
        if (run.State == StepState.Succeeded)
            foreach (var (key, artifact) in PipelineMetadata.Artifacts(run.Outputs)) Add(detail.Outputs, key, artifact);
        return detail;
    }

    private static void Add(global::Google.Protobuf.Collections.MapField<string, PipelineTaskDetail.Types.ArtifactList> map, string key, Artifact artifact)
    {
        if (!map.TryGetValue(key, out var list)) map[key] = list = new PipelineTaskDetail.Types.ArtifactList();
        list.Artifacts.Add(artifact);
    }

    private static TaskState State(PipelineExecution execution, StepRun run) => run.State switch
    {
        // Of what was taken over from the cache, Vertex AI says that it was skipped.
        StepState.Succeeded => run.CachedFrom is null ? TaskState.Succeeded : TaskState.Skipped,
        StepState.Failed => TaskState.Failed,
        StepState.Stopped => TaskState.Cancelled,
        StepState.Skipped => TaskState.NotTriggered,
        StepState.Running => execution.State == ExecutionState.Stopping ? TaskState.Cancelling : TaskState.Running,
        _ => execution.IsFinal ? execution.State == ExecutionState.Stopped ? TaskState.Cancelled : TaskState.NotTriggered : TaskState.Pending,
    };

    // The body of an iteration is shown as the iterator's, with its number.
    private static string Name(PipelineExecution execution, StepRun run)
    {
        if (run.Declared != PipelineCompiler.Iteration || Parent(execution, run) is not { } iterator) return run.Declared;
        return $"{iterator.Declared}-{run.Item}";
    }

    private static StepRun? Parent(PipelineExecution execution, StepRun run)
    {
        for (var at = run.Parent; at is not null;)
        {
            var parent = execution.Steps.FirstOrDefault(s => s.Step.Name == at);
            if (parent is null || IsTask(parent)) return parent;
            at = parent.Parent;
        }
        return null;
    }

    private static string Failure(PipelineExecution execution)
    {
        var failed = execution.Steps.Where(s => s.State == StepState.Failed && s.Step.Role == StepRole.Task).ToList();
        var names = failed.Count > 0 ? string.Join(", ", failed.Select(s => s.Declared)) : execution.Steps.FirstOrDefault(s => s.State == StepState.Failed)?.Declared;
        return $"The DAG failed because some tasks failed. The failed tasks are: [{names}].{(execution.Reason is { } why ? $" {why}" : "")}";
    }
}
