using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using EngineState = Isobar.Engine.Training.JobState;
using JobState = Isobar.Google.VertexAi.V1.JobState;
using RpcStatus = Google.Rpc.Status;

namespace Isobar.Google.VertexAi.Jobs;

/// <summary>How Vertex AI shows a job of the engine.</summary>
internal static class CustomJobView
{
    public static JobState State(TrainingJob job) => State(job.State);

    public static JobState State(EngineState state) => state switch
    {
        EngineState.Queued => JobState.Queued,
        EngineState.Downloading => JobState.Pending,
        EngineState.Running or EngineState.Uploading => JobState.Running,
        EngineState.Stopping => JobState.Cancelling,
        EngineState.Completed => JobState.Succeeded,
        EngineState.Failed => JobState.Failed,
        _ => JobState.Cancelled,
    };

    public static CustomJob Of(Stored<CustomJob> stored, TrainingJob job)
    {
        var shown = stored.Value.Clone();
        shown.State = State(job);
        shown.CreateTime = job.Created.ToTimestamp();
        shown.UpdateTime = (job.Ended ?? job.Transitions.LastOrDefault()?.Start ?? job.Created).ToTimestamp();
        if (job.Started is { } started) shown.StartTime = started.ToTimestamp();
        if (job.Ended is { } ended) shown.EndTime = ended.ToTimestamp();
        if (Error(job) is { } error) shown.Error = error;
        return shown;
    }

    private static RpcStatus? Error(TrainingJob job) => job switch
    {
        { State: EngineState.Failed } => new RpcStatus { Code = 3, Message = job.Reason ?? "The replica workerpool0-0 exited with a non-zero status." },
        { State: EngineState.Stopped, TimedOut: true } => new RpcStatus { Code = 4, Message = $"The job ran for longer than its timeout of {job.Spec.MaxRunTime.TotalSeconds:0} s." },
        { State: EngineState.Stopped } => new RpcStatus { Code = 1, Message = "CANCELED" },
        _ => null,
    };
}
