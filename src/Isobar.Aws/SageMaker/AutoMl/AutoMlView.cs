using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.AutoMl;
using Isobar.Engine.Training;
using EngineJob = Isobar.Engine.Training.TrainingJob;

namespace Isobar.Aws.SageMaker.AutoMl;

/// <summary>How SageMaker shows a search of the engine.</summary>
internal static class AutoMlView
{
    private const string Image = "isobar/automl";

    public static string SecondaryStatus(EngineJob job) => job.State switch
    {
        JobState.Queued => "Starting",
        JobState.Downloading => "AnalyzingData",
        JobState.Running => "TrainingModels",
        JobState.Uploading => "GeneratingModelInsightsReport",
        JobState.Stopped when job.TimedOut => "MaxAutoMLJobRuntimeReached",
        _ => job.State.ToString(),
    };

    public static string? Failure(EngineJob job) => job.State == JobState.Failed ? job.Reason is { Length: > 1024 } reason ? reason[..1024] : job.Reason : null;

    public static AutoMLJobSummary Summary(Stored<CreateAutoMLJobV2Request> stored, EngineJob job) => new()
    {
        AutoMLJobName = stored.Name,
        AutoMLJobArn = stored.Arn,
        AutoMLJobStatus = TrainingView.Status(job.State),
        AutoMLJobSecondaryStatus = SecondaryStatus(job),
        CreationTime = stored.Created,
        EndTime = job.Ended,
        LastModifiedTime = TrainingView.Modified(job),
        FailureReason = Failure(job),
    };

    public static DescribeAutoMLJobV2Response Describe(Stored<CreateAutoMLJobV2Request> stored, EngineJob job, Leaderboard? board) => SageMakerJson.Reshape<DescribeAutoMLJobV2Response>(stored.Request) with
    {
        AutoMLJobArn = stored.Arn,
        AutoMLProblemTypeConfigName = stored.Request.AutoMLProblemTypeConfig! switch { { TabularJobConfig: not null } => "Tabular", { ImageClassificationJobConfig: not null } => "ImageClassification", { TimeSeriesForecastingJobConfig: not null } => "TimeSeriesForecasting", _ => "TextClassification" },
        CreationTime = stored.Created,
        EndTime = job.Ended,
        LastModifiedTime = TrainingView.Modified(job),
        FailureReason = Failure(job),
        BestCandidate = board is null ? null : Candidates(stored, job, board).First(),
        AutoMLJobStatus = TrainingView.Status(job.State),
        AutoMLJobSecondaryStatus = SecondaryStatus(job),
        ResolvedAttributes = board is null ? null : new AutoMLResolvedAttributes
        {
            AutoMLJobObjective = new AutoMLJobObjective { MetricName = AutoMlWords.Metric(board.Objective, board.Task) },
            CompletionCriteria = Criteria(stored.Request.AutoMLProblemTypeConfig!),
            AutoMLProblemTypeResolvedAttributes = stored.Request.AutoMLProblemTypeConfig!.TabularJobConfig is null ? null : new AutoMLProblemTypeResolvedAttributes { TabularResolvedAttributes = new TabularResolvedAttributes { ProblemType = AutoMlWords.ProblemType(board.Task) } },
        },
    };

    /// <summary>The candidates of a finished search, the best first.</summary>
    public static IEnumerable<AutoMLCandidate> Candidates(Stored<CreateAutoMLJobV2Request> stored, EngineJob job, Leaderboard board)
    {
        var metric = AutoMlWords.Metric(board.Objective, board.Task);
        foreach (var row in board.Candidates)
        {
            var completed = row.Status == "completed";
            var ensemble = row.Algorithm == "weighted-ensemble";
            yield return new AutoMLCandidate
            {
                CandidateName = $"{stored.Name}-{row.Name}",
                FinalAutoMLJobObjectiveMetric = completed
                    ? new FinalAutoMLJobObjectiveMetric { Type = board.Maximize ? "Maximize" : "Minimize", MetricName = metric, StandardMetricName = metric, Value = row.Metrics[board.Objective].Mean }
                    : null,
                ObjectiveStatus = completed ? "Succeeded" : "Failed",
                CandidateSteps = [],
                CandidateStatus = completed ? "Completed" : row.Status == "timed-out" ? "Stopped" : "Failed",
                InferenceContainers = ensemble || row.Kept
                    ? [new AutoMLContainerDefinition { Image = Image, ModelDataUrl = S3Place.ToUri(ensemble ? job.Spec.ModelOutput! : AutoMlArtifacts.ModelOf(job.Spec, row.Name)), Environment = new Dictionary<string, string>() }]
                    : null,
                CreationTime = job.Started ?? stored.Created,
                EndTime = job.Ended,
                LastModifiedTime = TrainingView.Modified(job),
                FailureReason = row.Reason,
                CandidateProperties = completed
                    ? new CandidateProperties
                    {
                        CandidateArtifactLocations = new CandidateArtifactLocations { Explainability = AutoMlArtifacts.ReportOf(job.Spec), ModelInsights = AutoMlArtifacts.ReportOf(job.Spec) },
                        CandidateMetrics = [.. row.Metrics.Select(m => Datum(m.Key, m.Value.Mean, board)).OfType<MetricDatum>()],
                    }
                    : null,
            };
        }
    }

    /// <summary>The bounds of a search, of whatever kind.</summary>
    public static AutoMLJobCompletionCriteria? Criteria(AutoMLProblemTypeConfig problem) =>
        problem.TabularJobConfig?.CompletionCriteria ?? problem.TextClassificationJobConfig?.CompletionCriteria ?? problem.ImageClassificationJobConfig?.CompletionCriteria ?? problem.TimeSeriesForecastingJobConfig?.CompletionCriteria;

    private static MetricDatum? Datum(string name, double value, Leaderboard board) =>
        name == "logloss" ? new MetricDatum { StandardMetricName = "LogLoss", Value = value, Set = "Validation" }
        : AutoMlWords.Metric(name, board.Task) is { } metric ? new MetricDatum { MetricName = metric, StandardMetricName = metric, Value = value, Set = "Validation" }
        : null;
}
