using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>What no task reads of an input_data_config.</summary>
internal static class InputFields
{
    private const string Field = "training_pipeline.input_data_config";

    public static void Check(InputDataConfig input)
    {
        if (input.AnnotationsFilter.Length > 0) throw Faults.Unimplemented($"{Field}.annotations_filter is not supported here: all annotations are used.");
        if (input.SavedQueryId.Length > 0) throw Faults.Unimplemented($"{Field}.saved_query_id: there are no saved queries here.");
        if (input.PersistMlUseAssignment) throw Faults.Unimplemented($"{Field}.persist_ml_use_assignment is not supported here.");
        if (input.AnnotationSchemaUri.Length > 0 && !input.AnnotationSchemaUri.Contains("/annotation/classification", StringComparison.Ordinal) && !input.AnnotationSchemaUri.Contains("_classification_", StringComparison.Ordinal))
            throw Faults.Unimplemented($"{Field}.annotation_schema_uri '{input.AnnotationSchemaUri}' is not supported here: items are classified.");
    }
}
