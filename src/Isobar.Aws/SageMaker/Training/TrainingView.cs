using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Training;
using EngineJob = Isobar.Engine.Training.TrainingJob;

namespace Isobar.Aws.SageMaker.Training;

/// <summary>How SageMaker shows a job of the engine.</summary>
internal static class TrainingView
{
    public static string Status(JobState state) => state switch
    {
        JobState.Completed => "Completed",
        JobState.Failed => "Failed",
        JobState.Stopping => "Stopping",
        JobState.Stopped => "Stopped",
        _ => "InProgress",
    };

    public static string SecondaryStatus(EngineJob job) => job switch
    {
        { State: JobState.Queued, Attempts: > 0, Spec.Spot: not null } => "Interrupted",
        { State: JobState.Stopped, TimedOut: true, Spec.Spot: not null } when job.RunTime < job.Spec.MaxRunTime => "MaxWaitTimeExceeded",
        { State: JobState.Stopped, TimedOut: true } => "MaxRuntimeExceeded",
        _ => Secondary(job.State),
    };

    public static DateTimeOffset Modified(EngineJob job) => job.Ended ?? job.Transitions.LastOrDefault()?.Start ?? job.Created;

    public static DescribeTrainingJobResponse Describe(Stored<CreateTrainingJobRequest> stored, EngineJob job)
    {
        var metrics = job.FinalMetrics.Select(m => new MetricData { MetricName = m.Name, Value = m.Value, Timestamp = m.Time }).ToList();
        return SageMakerJson.Reshape<DescribeTrainingJobResponse>(stored.Request) with
        {
            TrainingJobArn = stored.Arn,
            TuningJobArn = stored.Fact("TuningJobArn"),
            TrainingJobStatus = Status(job.State),
            SecondaryStatus = SecondaryStatus(job),
            FailureReason = job.State == JobState.Failed ? Cut(job.Reason ?? "InternalServerError: the job failed without a reason") : null,
            // SageMaker names the place while the job still runs; it is empty when the job leaves no model.
            ModelArtifacts = new ModelArtifacts { S3ModelArtifacts = job.IsFinal && !job.HasModel ? null : TrainingPlanner.ArtifactOf(job.Spec) },
            OutputDataConfig = stored.Request.OutputDataConfig! with { KmsKeyId = stored.Request.OutputDataConfig!.KmsKeyId ?? "", CompressionType = "GZIP" },
            CreationTime = stored.Created,
            TrainingStartTime = job.Started,
            TrainingEndTime = job.Ended,
            LastModifiedTime = Later(Modified(job), stored.Modified),
            SecondaryStatusTransitions = [.. job.Transitions.Select(t => ToTransition(job, t))],
            FinalMetricDataList = metrics.Count > 0 ? metrics : null,
            EnableNetworkIsolation = stored.Request.EnableNetworkIsolation ?? false,
            EnableInterContainerTrafficEncryption = stored.Request.EnableInterContainerTrafficEncryption ?? false,
            EnableManagedSpotTraining = stored.Request.EnableManagedSpotTraining ?? false,
            TrainingTimeInSeconds = job.Started is null ? null : Seconds(job.RunTime),
            BillableTimeInSeconds = job.Ended is null ? null : Seconds(job.BillableTime),
            ProfilingStatus = "Disabled",
        };
    }

    public static TrainingJobSummary Summary(Stored<CreateTrainingJobRequest> stored, EngineJob job) => new()
    {
        TrainingJobName = stored.Name,
        TrainingJobArn = stored.Arn,
        CreationTime = stored.Created,
        TrainingEndTime = job.Ended,
        LastModifiedTime = Later(Modified(job), stored.Modified),
        TrainingJobStatus = Status(job.State),
        SecondaryStatus = SecondaryStatus(job),
    };

    private static SecondaryStatusTransition ToTransition(EngineJob job, JobTransition transition) => new()
    {
        Status = transition == job.Transitions[^1] ? SecondaryStatus(job) : Secondary(transition.State),
        StartTime = transition.Start,
        EndTime = transition.End,
        StatusMessage = transition.State switch
        {
            JobState.Queued when transition.Message.StartsWith("Interrupted", StringComparison.Ordinal) => transition.Message,
            JobState.Queued => "Preparing the instances for training",
            JobState.Downloading => "Downloading input data",
            JobState.Running => "Training image download completed. Training in progress.",
            JobState.Uploading => "Uploading generated training model",
            JobState.Stopping => "Stopping the training job",
            JobState.Completed => "Training job completed",
            JobState.Failed => "Training job failed",
            _ => "Training job stopped",
        },
    };

    private static string Secondary(JobState state) => state switch
    {
        JobState.Queued => "Starting",
        JobState.Running => "Training",
        _ => state.ToString(),
    };

    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    /// <summary>
    /// The reason as SageMaker words it: what the caller did wrong is a ClientError, also where the algorithm's container found it out;
    /// at most 1,024 characters.
    /// </summary>
    private static string Cut(string reason)
    {
        const string algorithm = "AlgorithmError: ", client = "ClientError: ";
        if (reason.StartsWith(algorithm + client, StringComparison.Ordinal)) reason = reason[algorithm.Length..];
        while (reason.StartsWith(client + client, StringComparison.Ordinal)) reason = reason[client.Length..];
        return reason.Length <= 1024 ? reason : reason[..1024];
    }
}
