using Google.Protobuf.Reflection;
using Isobar.Core.Support;
using Isobar.Google.Locations.V1;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.Protocols;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi;

/// <summary>What of Vertex AI's own list of methods is built: those of our definitions are, since a definition without an answer is not made.</summary>
internal static class VertexSupport
{
    private static readonly FileDescriptor[] Built =
        [OperationsReflection.Descriptor, LocationsReflection.Descriptor, JobServiceReflection.Descriptor, ModelServiceReflection.Descriptor, EndpointServiceReflection.Descriptor, PredictionServiceReflection.Descriptor, DatasetServiceReflection.Descriptor, PipelineServiceReflection.Descriptor, ScheduleServiceReflection.Descriptor, MetadataServiceReflection.Descriptor, TensorboardServiceReflection.Descriptor];

    /// <summary>Methods that answer UNIMPLEMENTED: what these services lack, and the services nearest to what is there. Of others nothing is there either.</summary>
    private static readonly (string Service, string[] Methods)[] Absent =
    [
        ("JobService", [.. Of("DataLabelingJob"), .. Of("NasJob")]),
        ("ModelService", ["UpdateExplanationDataset", "BatchImportEvaluatedAnnotations", "ListModelVersionCheckpoints"]),
        ("EndpointService", ["UpdateEndpointLongRunning"]),
        ("PredictionService", ["DirectRawPredict", "StreamDirectRawPredict", "StreamingRawPredict", "GenerateContent", "StreamGenerateContent", "EmbedContent"]),
        ("MetadataService", ["CreateMetadataSchema", "GetMetadataSchema", "ListMetadataSchemas"]),
        ("TensorboardService", ["ReadTensorboardUsage", "ReadTensorboardSize", "ReadTensorboardBlobData"]),
        ("VizierService", ["CreateStudy", "GetStudy", "ListStudies", "DeleteStudy", "LookupStudy", "SuggestTrials", "CreateTrial", "GetTrial", "ListTrials", "AddTrialMeasurement", "CompleteTrial", "DeleteTrial", "CheckTrialEarlyStoppingState", "StopTrial", "ListOptimalTrials"]),
        ("DatasetService", [.. Of("DatasetVersion").Where(m => !m.StartsWith("Cancel", StringComparison.Ordinal)), "UpdateDatasetVersion", "RestoreDatasetVersion", "SearchDataItems", "ListSavedQueries", "DeleteSavedQuery"]),
    ];

    public static IReadOnlyList<OperationSupport> All { get; } =
    [
        .. Built.SelectMany(f => f.Services).SelectMany(s => s.Methods.Select(m => new OperationSupport($"{s.Name}.{m.Name}", SupportLevel.Real))),
        .. Absent.SelectMany(a => a.Methods.Select(m => new OperationSupport($"{a.Service}.{m}", SupportLevel.Unsupported))),
    ];

    private static IEnumerable<string> Of(string kind) => [$"Create{kind}", $"Get{kind}", $"List{kind}s", $"Delete{kind}", $"Cancel{kind}"];
}
