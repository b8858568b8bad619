using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Pipelines;

namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>How SageMaker shows executions and their steps.</summary>
internal static class ExecutionView
{
    public static DescribePipelineExecutionResponse Describe(PipelineExecution execution, ExecutionFacts facts) => new()
    {
        PipelineArn = facts.PipelineArn,
        PipelineExecutionArn = facts.Arn,
        PipelineExecutionDisplayName = facts.DisplayName,
        PipelineExecutionStatus = execution.State.ToString(),
        PipelineExecutionDescription = facts.Description,
        FailureReason = Cut(execution.Reason, 1300),
        CreationTime = execution.Created,
        LastModifiedTime = execution.Changed,
        ParallelismConfiguration = execution.Spec.MaxParallel > 0 ? new ParallelismConfiguration { MaxParallelExecutionSteps = execution.Spec.MaxParallel } : null,
    };

    public static PipelineExecutionSummary Summary(PipelineExecution execution, ExecutionFacts facts) => new()
    {
        PipelineExecutionArn = facts.Arn,
        StartTime = execution.Created,
        PipelineExecutionStatus = execution.State.ToString(),
        PipelineExecutionDescription = facts.Description,
        PipelineExecutionDisplayName = facts.DisplayName,
        PipelineExecutionFailureReason = execution.Reason,
    };

    /// <summary>The steps that have started, in the order of their start.</summary>
    public static IEnumerable<PipelineExecutionStep> Steps(PipelineExecution execution) =>
        execution.Steps.Where(s => s.Started is not null && s.State is not StepState.Skipped).OrderBy(s => s.Started).Select(s => new PipelineExecutionStep
        {
            StepName = s.Step.Name,
            StepDisplayName = Text(s, "DisplayName"),
            StepDescription = Text(s, "Description"),
            StartTime = s.Started,
            EndTime = s.Ended,
            StepStatus = Status(execution, s),
            CacheHitResult = s.CachedFrom is { } source ? new CacheHitResult { SourcePipelineExecutionArn = Arn(execution, source) } : null,
            FailureReason = Cut(s.Reason, 1024),
            Metadata = Metadata(s),
            AttemptCount = s.CachedFrom is null ? s.Attempts : 0,
        });

    private static string Status(PipelineExecution execution, StepRun run) => run.State switch
    {
        StepState.Pending => "Starting",
        StepState.Running when execution.State == ExecutionState.Stopping => "Stopping",
        StepState.Running => "Executing",
        _ => run.State.ToString(),
    };

    private static PipelineExecutionStepMetadata Metadata(StepRun run)
    {
        var arn = StepKind.All.TryGetValue(run.Step.Kind, out var kind) && run.Outputs?[kind.ArnField] is { } found ? Expressions.Text(found) : null;
        return run.Step.Kind switch
        {
            "Training" => new() { TrainingJob = new TrainingJobStepMetadata { Arn = arn } },
            "Processing" => new() { ProcessingJob = new ProcessingJobStepMetadata { Arn = arn } },
            "Transform" => new() { TransformJob = new TransformJobStepMetadata { Arn = arn } },
            "Tuning" => new() { TuningJob = new TuningJobStepMetaData { Arn = arn } },
            "AutoML" => new() { AutoMLJob = new AutoMLJobStepMetadata { Arn = arn } },
            "Model" or "CreateModel" => new() { Model = new ModelStepMetadata { Arn = arn } },
            "RegisterModel" => new() { RegisterModel = new RegisterModelStepMetadata { Arn = arn } },
            "Condition" => new() { Condition = new ConditionStepMetadata { Outcome = run.Outputs?["Outcome"] is { } outcome ? Expressions.Text(outcome) : null } },
            "Fail" => new() { Fail = new FailStepMetadata { ErrorMessage = run.Reason } },
            _ => new()
            {
                Callback = new CallbackStepMetadata
                {
                    CallbackToken = run.Token,
                    SqsQueueUrl = Text(run, "SqsQueueUrl"),
                    OutputParameters = run.Outputs?["OutputParameters"] is System.Text.Json.Nodes.JsonObject given ? [.. given.Select(p => new OutputParameter { Name = p.Key, Value = Expressions.Text(p.Value) })] : null,
                },
            },
        };
    }

    private static string? Text(StepRun run, string name) => run.Step.Data?[name] is { } text ? Expressions.Text(text) : null;

    private static string Arn(PipelineExecution execution, string engineId) => $"{ExecutionFacts.Of(execution.Spec).PipelineArn}/execution/{engineId[(engineId.LastIndexOf('/') + 1)..]}";

    private static string? Cut(string? text, int most) => text is { Length: var length } && length > most ? text[..most] : text;
}
