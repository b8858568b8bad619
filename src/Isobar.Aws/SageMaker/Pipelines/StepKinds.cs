namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>A kind of step that runs as a resource of SageMaker.</summary>
/// <param name="Type">As definitions name it.</param>
/// <param name="Create">The operation that starts it; the step's arguments are its request.</param>
/// <param name="NameField">The request's field that takes the name, which is the same whenever the same attempt is started.</param>
/// <param name="MaxName">The longest name.</param>
/// <param name="Describe">The operation that tells how it stands; its reply is what other steps refer to.</param>
/// <param name="ArnField">The reply's field with its ARN.</param>
/// <param name="StatusField">The reply's field with its status; null: it is done once created.</param>
/// <param name="Stop">The operation that stops it.</param>
internal sealed record StepKind(string Type, string Create, string NameField, int MaxName, string Describe, string ArnField, string? StatusField = null, string? Stop = null)
{
    public static IReadOnlyDictionary<string, StepKind> All { get; } = new StepKind[]
    {
        new("Training", "CreateTrainingJob", "TrainingJobName", 63, "DescribeTrainingJob", "TrainingJobArn", "TrainingJobStatus", "StopTrainingJob"),
        new("Processing", "CreateProcessingJob", "ProcessingJobName", 63, "DescribeProcessingJob", "ProcessingJobArn", "ProcessingJobStatus", "StopProcessingJob"),
        new("Transform", "CreateTransformJob", "TransformJobName", 63, "DescribeTransformJob", "TransformJobArn", "TransformJobStatus", "StopTransformJob"),
        new("Tuning", "CreateHyperParameterTuningJob", "HyperParameterTuningJobName", 32, "DescribeHyperParameterTuningJob", "HyperParameterTuningJobArn", "HyperParameterTuningJobStatus", "StopHyperParameterTuningJob"),
        new("AutoML", "CreateAutoMLJobV2", "AutoMLJobName", 32, "DescribeAutoMLJobV2", "AutoMLJobArn", "AutoMLJobStatus", "StopAutoMLJob"),
        new("Model", "CreateModel", "ModelName", 63, "DescribeModel", "ModelArn"),
        new("CreateModel", "CreateModel", "ModelName", 63, "DescribeModel", "ModelArn"),
        new("RegisterModel", "CreateModelPackage", "ClientToken", 36, "DescribeModelPackage", "ModelPackageArn"),
    }.ToDictionary(k => k.Type);
}
