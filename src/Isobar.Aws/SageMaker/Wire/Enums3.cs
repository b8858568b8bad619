// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed class RepositoryAccessMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Platform", "Vpc",
    ];
}

internal sealed class ResourceType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "TrainingJob", "Experiment", "ExperimentTrial", "ExperimentTrialComponent", "Endpoint", "Model", "ModelPackage", "ModelPackageGroup", "Pipeline",
        "PipelineExecution", "FeatureGroup", "FeatureMetadata", "Image", "ImageVersion", "Project", "HyperParameterTuningJob", "ModelCard", "PipelineVersion",
    ];
}

internal sealed class RoutingStrategy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "LEAST_OUTSTANDING_REQUESTS", "RANDOM",
    ];
}

internal sealed class S3DataDistribution : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "FullyReplicated", "ShardedByS3Key",
    ];
}

internal sealed class S3DataType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "ManifestFile", "S3Prefix", "AugmentedManifestFile", "Converse",
    ];
}

internal sealed class S3ModelDataType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "S3Prefix", "S3Object",
    ];
}

internal sealed class ScheduleStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Pending", "Failed", "Scheduled", "Stopped",
    ];
}

internal sealed class SearchSortOrder : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Ascending", "Descending",
    ];
}

internal sealed class ServerlessJobType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "FineTuning", "Evaluation",
    ];
}

internal sealed class SkipModelValidation : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "All", "None",
    ];
}

internal sealed class SortBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime", "Status",
    ];
}

internal sealed class SortExperimentsBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime",
    ];
}

internal sealed class SortOrder : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Ascending", "Descending",
    ];
}

internal sealed class SortPipelineExecutionsBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "CreationTime", "PipelineExecutionArn",
    ];
}

internal sealed class SortPipelinesBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime",
    ];
}

internal sealed class SortTrialComponentsBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime",
    ];
}

internal sealed class SortTrialsBy : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime",
    ];
}

internal sealed class SplitType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "None", "Line", "RecordIO", "TFRecord",
    ];
}

internal sealed class TrafficRoutingConfigType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "ALL_AT_ONCE", "CANARY", "LINEAR",
    ];
}

internal sealed class TrainingInputMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Pipe", "File", "FastFile",
    ];
}

internal sealed class TrainingInstanceType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "ml.m4.xlarge", "ml.m4.2xlarge", "ml.m4.4xlarge", "ml.m4.10xlarge", "ml.m4.16xlarge", "ml.g4dn.xlarge", "ml.g4dn.2xlarge", "ml.g4dn.4xlarge",
        "ml.g4dn.8xlarge", "ml.g4dn.12xlarge", "ml.g4dn.16xlarge", "ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m5.12xlarge",
        "ml.m5.24xlarge", "ml.c4.xlarge", "ml.c4.2xlarge", "ml.c4.4xlarge", "ml.c4.8xlarge", "ml.p2.xlarge", "ml.p2.8xlarge", "ml.p2.16xlarge",
        "ml.p3.2xlarge", "ml.p3.8xlarge", "ml.p3.16xlarge", "ml.p3dn.24xlarge", "ml.p4d.24xlarge", "ml.p4de.24xlarge", "ml.p5.48xlarge", "ml.p5e.48xlarge",
        "ml.p5en.48xlarge", "ml.c5.xlarge", "ml.c5.2xlarge", "ml.c5.4xlarge", "ml.c5.9xlarge", "ml.c5.18xlarge", "ml.c5n.xlarge", "ml.c5n.2xlarge",
        "ml.c5n.4xlarge", "ml.c5n.9xlarge", "ml.c5n.18xlarge", "ml.g5.xlarge", "ml.g5.2xlarge", "ml.g5.4xlarge", "ml.g5.8xlarge", "ml.g5.16xlarge",
        "ml.g5.12xlarge", "ml.g5.24xlarge", "ml.g5.48xlarge", "ml.g6.xlarge", "ml.g6.2xlarge", "ml.g6.4xlarge", "ml.g6.8xlarge", "ml.g6.16xlarge",
        "ml.g6.12xlarge", "ml.g6.24xlarge", "ml.g6.48xlarge", "ml.g6e.xlarge", "ml.g6e.2xlarge", "ml.g6e.4xlarge", "ml.g6e.8xlarge", "ml.g6e.16xlarge",
        "ml.g6e.12xlarge", "ml.g6e.24xlarge", "ml.g6e.48xlarge", "ml.trn1.2xlarge", "ml.trn1.32xlarge", "ml.trn1n.32xlarge", "ml.trn2.48xlarge",
        "ml.m6i.large", "ml.m6i.xlarge", "ml.m6i.2xlarge", "ml.m6i.4xlarge", "ml.m6i.8xlarge", "ml.m6i.12xlarge", "ml.m6i.16xlarge", "ml.m6i.24xlarge",
        "ml.m6i.32xlarge", "ml.c6i.xlarge", "ml.c6i.2xlarge", "ml.c6i.8xlarge", "ml.c6i.4xlarge", "ml.c6i.12xlarge", "ml.c6i.16xlarge", "ml.c6i.24xlarge",
        "ml.c6i.32xlarge", "ml.r5d.large", "ml.r5d.xlarge", "ml.r5d.2xlarge", "ml.r5d.4xlarge", "ml.r5d.8xlarge", "ml.r5d.12xlarge", "ml.r5d.16xlarge",
        "ml.r5d.24xlarge", "ml.t3.medium", "ml.t3.large", "ml.t3.xlarge", "ml.t3.2xlarge", "ml.r5.large", "ml.r5.xlarge", "ml.r5.2xlarge", "ml.r5.4xlarge",
        "ml.r5.8xlarge", "ml.r5.12xlarge", "ml.r5.16xlarge", "ml.r5.24xlarge", "ml.p6-b200.48xlarge", "ml.m7i.large", "ml.m7i.xlarge", "ml.m7i.2xlarge",
        "ml.m7i.4xlarge", "ml.m7i.8xlarge", "ml.m7i.12xlarge", "ml.m7i.16xlarge", "ml.m7i.24xlarge", "ml.m7i.48xlarge", "ml.c7i.large", "ml.c7i.xlarge",
        "ml.c7i.2xlarge", "ml.c7i.4xlarge", "ml.c7i.8xlarge", "ml.c7i.12xlarge", "ml.c7i.16xlarge", "ml.c7i.24xlarge", "ml.c7i.48xlarge", "ml.r7i.large",
        "ml.r7i.xlarge", "ml.r7i.2xlarge", "ml.r7i.4xlarge", "ml.r7i.8xlarge", "ml.r7i.12xlarge", "ml.r7i.16xlarge", "ml.r7i.24xlarge", "ml.r7i.48xlarge",
        "ml.p6e-gb200.36xlarge", "ml.p5.4xlarge", "ml.p6-b300.48xlarge", "ml.g7e.2xlarge", "ml.g7e.4xlarge", "ml.g7e.8xlarge", "ml.g7e.12xlarge",
        "ml.g7e.24xlarge", "ml.g7e.48xlarge",
    ];
}

internal sealed class TrainingJobEarlyStoppingType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Off", "Auto",
    ];
}

internal sealed class TrainingJobSortByOptions : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Name", "CreationTime", "Status", "FinalObjectiveMetricValue",
    ];
}

internal sealed class TrainingJobStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "InProgress", "Completed", "Failed", "Stopping", "Stopped", "Deleting",
    ];
}

internal sealed class TrainingRepositoryAccessMode : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Platform", "Vpc",
    ];
}

internal sealed class TransformInstanceType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "ml.m4.xlarge", "ml.m4.2xlarge", "ml.m4.4xlarge", "ml.m4.10xlarge", "ml.m4.16xlarge", "ml.c4.xlarge", "ml.c4.2xlarge", "ml.c4.4xlarge",
        "ml.c4.8xlarge", "ml.p2.xlarge", "ml.p2.8xlarge", "ml.p2.16xlarge", "ml.p3.2xlarge", "ml.p3.8xlarge", "ml.p3.16xlarge", "ml.c5.xlarge",
        "ml.c5.2xlarge", "ml.c5.4xlarge", "ml.c5.9xlarge", "ml.c5.18xlarge", "ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge", "ml.m5.4xlarge", "ml.m5.12xlarge",
        "ml.m5.24xlarge", "ml.m6i.large", "ml.m6i.xlarge", "ml.m6i.2xlarge", "ml.m6i.4xlarge", "ml.m6i.8xlarge", "ml.m6i.12xlarge", "ml.m6i.16xlarge",
        "ml.m6i.24xlarge", "ml.m6i.32xlarge", "ml.c6i.large", "ml.c6i.xlarge", "ml.c6i.2xlarge", "ml.c6i.4xlarge", "ml.c6i.8xlarge", "ml.c6i.12xlarge",
        "ml.c6i.16xlarge", "ml.c6i.24xlarge", "ml.c6i.32xlarge", "ml.r6i.large", "ml.r6i.xlarge", "ml.r6i.2xlarge", "ml.r6i.4xlarge", "ml.r6i.8xlarge",
        "ml.r6i.12xlarge", "ml.r6i.16xlarge", "ml.r6i.24xlarge", "ml.r6i.32xlarge", "ml.m7i.large", "ml.m7i.xlarge", "ml.m7i.2xlarge", "ml.m7i.4xlarge",
        "ml.m7i.8xlarge", "ml.m7i.12xlarge", "ml.m7i.16xlarge", "ml.m7i.24xlarge", "ml.m7i.48xlarge", "ml.c7i.large", "ml.c7i.xlarge", "ml.c7i.2xlarge",
        "ml.c7i.4xlarge", "ml.c7i.8xlarge", "ml.c7i.12xlarge", "ml.c7i.16xlarge", "ml.c7i.24xlarge", "ml.c7i.48xlarge", "ml.r7i.large", "ml.r7i.xlarge",
        "ml.r7i.2xlarge", "ml.r7i.4xlarge", "ml.r7i.8xlarge", "ml.r7i.12xlarge", "ml.r7i.16xlarge", "ml.r7i.24xlarge", "ml.r7i.48xlarge", "ml.g4dn.xlarge",
        "ml.g4dn.2xlarge", "ml.g4dn.4xlarge", "ml.g4dn.8xlarge", "ml.g4dn.12xlarge", "ml.g4dn.16xlarge", "ml.g5.xlarge", "ml.g5.2xlarge", "ml.g5.4xlarge",
        "ml.g5.8xlarge", "ml.g5.12xlarge", "ml.g5.16xlarge", "ml.g5.24xlarge", "ml.g5.48xlarge", "ml.trn1.2xlarge", "ml.trn1.32xlarge", "ml.inf2.xlarge",
        "ml.inf2.8xlarge", "ml.inf2.24xlarge", "ml.inf2.48xlarge", "ml.g6.xlarge", "ml.g6.2xlarge", "ml.g6.4xlarge", "ml.g6.8xlarge", "ml.g6.12xlarge",
        "ml.g6.16xlarge", "ml.g6.24xlarge", "ml.g6.48xlarge",
    ];
}

internal sealed class TransformJobStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "InProgress", "Completed", "Failed", "Stopping", "Stopped",
    ];
}

internal sealed class TrialComponentPrimaryStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "InProgress", "Completed", "Failed", "Stopping", "Stopped",
    ];
}

internal sealed class VariantPropertyType : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "DesiredInstanceCount", "DesiredWeight", "DataCaptureConfig",
    ];
}

internal sealed class WarmPoolResourceStatus : IAllowedValues
{
    public static IReadOnlyList<string> Values { get; } =
    [
        "Available", "Terminated", "Reused", "InUse",
    ];
}
