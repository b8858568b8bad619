using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;
using EngineTrial = Isobar.Engine.Tuning.Trial;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>How SageMaker shows a tuning job of the engine.</summary>
internal static class TuningView
{
    public static DescribeHyperParameterTuningJobResponse Describe(Stored<CreateHyperParameterTuningJobRequest> stored, TuningJob job, HyperParameterTrainingJobSummary? best, HyperParameterTrainingJobSummary? overallBest) =>
        SageMakerJson.Reshape<DescribeHyperParameterTuningJobResponse>(stored.Request) with
        {
            HyperParameterTuningJobArn = stored.Arn,
            HyperParameterTuningJobStatus = TrainingView.Status(job.State),
            CreationTime = stored.Created,
            HyperParameterTuningEndTime = job.Ended,
            LastModifiedTime = job.Ended ?? stored.Modified,
            TrainingJobStatusCounters = Counters(job),
            ObjectiveStatusCounters = Objectives(job),
            BestTrainingJob = best,
            OverallBestTrainingJob = overallBest,
            TuningJobCompletionDetails = new HyperParameterTuningJobCompletionDetails { NumberOfTrainingJobsObjectiveNotImproving = Progress.SinceBest(job), ConvergenceDetectedTime = job.Converged },
            FailureReason = job.State == JobState.Failed ? job.Reason : null,
        };

    public static HyperParameterTuningJobSummary Summary(Stored<CreateHyperParameterTuningJobRequest> stored, TuningJob job) => new()
    {
        HyperParameterTuningJobName = stored.Name,
        HyperParameterTuningJobArn = stored.Arn,
        HyperParameterTuningJobStatus = TrainingView.Status(job.State),
        Strategy = stored.Request.HyperParameterTuningJobConfig!.Strategy,
        CreationTime = stored.Created,
        HyperParameterTuningEndTime = job.Ended,
        LastModifiedTime = job.Ended ?? stored.Modified,
        TrainingJobStatusCounters = Counters(job),
        ObjectiveStatusCounters = Objectives(job),
        ResourceLimits = stored.Request.HyperParameterTuningJobConfig.ResourceLimits,
    };

    /// <param name="shown">The trial's training job, where it is there already.</param>
    public static HyperParameterTrainingJobSummary TrialSummary(TuningJob job, EngineTrial trial, TrainingJobSummary? shown, DescribeTrainingJobResponse? described) => new()
    {
        TrainingJobDefinitionName = trial.Arm,
        // A parent's trial is shown with the name of its own tuning job.
        TuningJobName = SageMakerIds.Parse(job.Spec.Id).Name,
        TrainingJobName = shown?.TrainingJobName ?? SageMakerIds.Parse(trial.TrainingJobId).Name,
        TrainingJobArn = shown?.TrainingJobArn,
        CreationTime = shown?.CreationTime,
        TrainingStartTime = described?.TrainingStartTime,
        TrainingEndTime = described?.TrainingEndTime,
        TrainingJobStatus = TrainingView.Status(trial.State),
        TunedHyperParameters = trial.Values,
        FailureReason = described?.FailureReason,
        FinalHyperParameterTuningJobObjectiveMetric = trial.Objective is { } value
            ? new FinalHyperParameterTuningJobObjectiveMetric { Type = job.Spec.Maximize ? "Maximize" : "Minimize", MetricName = job.Spec.For(trial.Arm).Objective, Value = value }
            : null,
        ObjectiveStatus = ObjectiveStatus(trial),
    };

    private static string ObjectiveStatus(EngineTrial trial) => trial switch
    {
        { Objective: not null } => "Succeeded",
        { State: JobState.Failed or JobState.Stopped or JobState.Completed } => "Failed",
        _ => "Pending",
    };

    private static TrainingJobStatusCounters Counters(TuningJob job) => new()
    {
        Completed = job.Trials.Count(t => t.State == JobState.Completed),
        InProgress = job.Trials.Count(t => TrainingView.Status(t.State) is "InProgress" or "Stopping"),
        RetryableError = 0,
        NonRetryableError = job.Trials.Count(t => t.State == JobState.Failed),
        Stopped = job.Trials.Count(t => t.State == JobState.Stopped),
    };

    private static ObjectiveStatusCounters Objectives(TuningJob job) => new()
    {
        Succeeded = job.Trials.Count(t => ObjectiveStatus(t) == "Succeeded"),
        Pending = job.Trials.Count(t => ObjectiveStatus(t) == "Pending"),
        Failed = job.Trials.Count(t => ObjectiveStatus(t) == "Failed"),
    };
}
