using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Batch;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using EngineState = Isobar.Engine.Training.JobState;
using RpcStatus = Google.Rpc.Status;

namespace Isobar.Google.VertexAi.BatchPredictions;

/// <summary>How Vertex AI shows a batch job of the engine.</summary>
internal static class BatchPredictionView
{
    public static BatchPredictionJob Of(Stored<BatchPredictionJob> stored, BatchJob job)
    {
        var shown = stored.Value.Clone();
        shown.State = CustomJobView.State(job.State);
        shown.CreateTime = job.Created.ToTimestamp();
        shown.UpdateTime = (job.Ended ?? job.Started ?? job.Created).ToTimestamp();
        if (job.Started is { } started) shown.StartTime = started.ToTimestamp();
        if (job.Ended is { } ended) shown.EndTime = ended.ToTimestamp();
        if (job.State == EngineState.Failed) shown.Error = new RpcStatus { Code = 3, Message = job.Reason ?? "The job failed." };
        if (job.State == EngineState.Stopped) shown.Error = new RpcStatus { Code = 1, Message = "CANCELED" };
        // -1 says that what is left is not counted.
        shown.CompletionStats = new CompletionStats { SuccessfulCount = job.Records, FailedCount = job.Rejected, IncompleteCount = job.State == EngineState.Completed ? 0 : -1 };
        shown.PartialFailures.Clear();
        shown.PartialFailures.Add(job.Omissions.Select(o => new RpcStatus { Code = 3, Message = o }));
        return shown;
    }

    /// <summary>What a filter may name.</summary>
    public static string? Field(Stored<BatchPredictionJob> job, string path) => JobFields.Read(path, job.Value.DisplayName, job.Value.State, job.Value.CreateTime, job.Value.UpdateTime, job.Value.Labels);
}
