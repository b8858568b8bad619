// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed class AdditionalS3DataSourceDataType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "S3Object", "S3Prefix",
    ];
}

internal sealed class AggregationTransformationValue : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "sum", "avg", "first", "min", "max",
    ];
}

internal sealed class AssemblyType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "None", "Line",
    ];
}

internal sealed class AsyncNotificationTopicTypes : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "SUCCESS_NOTIFICATION_TOPIC", "ERROR_NOTIFICATION_TOPIC",
    ];
}

internal sealed class AthenaResultCompressionType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "GZIP", "SNAPPY", "ZLIB",
    ];
}

internal sealed class AthenaResultFormat : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE",
    ];
}

internal sealed class AutoMLAlgorithm : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "xgboost", "linear-learner", "mlp", "lightgbm", "catboost", "randomforest", "extra-trees", "nn-torch", "fastai", "cnn-qr", "deepar", "prophet", "npts",
        "arima", "ets",
    ];
}

internal sealed class AutoMLChannelType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "training", "validation",
    ];
}

internal sealed class AutoMLJobStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Completed", "InProgress", "Failed", "Stopped", "Stopping",
    ];
}

internal sealed class AutoMLMetricEnum : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Accuracy", "MSE", "F1", "F1macro", "AUC", "RMSE", "BalancedAccuracy", "R2", "Recall", "RecallMacro", "Precision", "PrecisionMacro", "MAE", "MAPE",
        "MASE", "WAPE", "AverageWeightedQuantileLoss",
    ];
}

internal sealed class AutoMLMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "AUTO", "ENSEMBLING", "HYPERPARAMETER_TUNING",
    ];
}

internal sealed class AutoMLS3DataType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "ManifestFile", "S3Prefix", "AugmentedManifestFile",
    ];
}

internal sealed class AutoMLSortBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime", "Status",
    ];
}

internal sealed class AutoMLSortOrder : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Ascending", "Descending",
    ];
}

internal sealed class AutotuneMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Enabled",
    ];
}

internal sealed class BatchStrategy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "MultiRecord", "SingleRecord",
    ];
}

internal sealed class BooleanOperator : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "And", "Or",
    ];
}

internal sealed class CandidateSortBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "CreationTime", "Status", "FinalObjectiveMetricValue",
    ];
}

internal sealed class CandidateStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Completed", "InProgress", "Failed", "Stopped", "Stopping",
    ];
}

internal sealed class CapacityReservationPreference : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "capacity-reservations-only",
    ];
}

internal sealed class CapacitySizeType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "INSTANCE_COUNT", "CAPACITY_PERCENT",
    ];
}

internal sealed class CaptureMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Input", "Output", "InputAndOutput",
    ];
}

internal sealed class ClarifyFeatureType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "numerical", "categorical", "text",
    ];
}

internal sealed class ClarifyTextGranularity : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "token", "sentence", "paragraph",
    ];
}

internal sealed class ClarifyTextLanguage : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "af", "sq", "ar", "hy", "eu", "bn", "bg", "ca", "zh", "hr", "cs", "da", "nl", "en", "et", "fi", "fr", "de", "el", "gu", "he", "hi", "hu", "is", "id",
        "ga", "it", "kn", "ky", "lv", "lt", "lb", "mk", "ml", "mr", "ne", "nb", "fa", "pl", "pt", "ro", "ru", "sa", "sr", "tn", "si", "sk", "sl", "es", "sv",
        "tl", "ta", "tt", "te", "tr", "uk", "ur", "yo", "lij", "xx",
    ];
}

internal sealed class CompleteOnConvergence : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Disabled", "Enabled",
    ];
}

internal sealed class CompressionType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "None", "Gzip",
    ];
}

internal sealed class ContainerMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "SingleModel", "MultiModel",
    ];
}

internal sealed class CrossAccountFilterOption : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "SameAccount", "CrossAccount",
    ];
}

internal sealed class CustomizationTechnique : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "SFT", "DPO", "RLVR", "RLAIF",
    ];
}

internal sealed class DataDistributionType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "FullyReplicated", "ShardedByS3Key",
    ];
}

internal sealed class EndpointConfigSortKey : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime",
    ];
}

internal sealed class EndpointSortKey : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime", "Status",
    ];
}

internal sealed class EndpointStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "OutOfService", "Creating", "Updating", "SystemUpdating", "RollingBack", "InService", "Deleting", "Failed", "UpdateRollbackFailed",
    ];
}

internal sealed class EvaluationType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "LLMAJEvaluation", "CustomScorerEvaluation", "BenchmarkEvaluation",
    ];
}

internal sealed class ExecutionStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Pending", "Completed", "CompletedWithViolations", "InProgress", "Failed", "Stopping", "Stopped",
    ];
}

internal sealed class FileSystemAccessMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "rw", "ro",
    ];
}

internal sealed class FileSystemType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "EFS", "FSxLustre",
    ];
}

internal sealed class HyperParameterScalingType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Auto", "Linear", "Logarithmic", "ReverseLogarithmic",
    ];
}

internal sealed class HyperParameterTuningAllocationStrategy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Prioritized",
    ];
}

internal sealed class HyperParameterTuningJobObjectiveType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Maximize", "Minimize",
    ];
}

internal sealed class HyperParameterTuningJobSortByOptions : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "Status", "CreationTime",
    ];
}

internal sealed class HyperParameterTuningJobStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Completed", "InProgress", "Failed", "Stopped", "Stopping", "Deleting", "DeleteFailed",
    ];
}

internal sealed class HyperParameterTuningJobStrategyType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Bayesian", "Random", "Hyperband", "Grid",
    ];
}
