using System.Globalization;
using System.Text;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.Storage;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.BatchPredictions;

/// <summary>Where the instances of a batch prediction come from, and what of them the model sees.</summary>
internal sealed class BatchPredictionInput(IObjectStore objects)
{
    private const string Field = "batch_prediction_job";
    private const int MaxUris = 1000, MaxObjects = 100_000;

    /// <summary>The objects that the URIs stand for, each once.</summary>
    public async Task<IReadOnlyList<ObjectLocation>> SourcesAsync(BatchPredictionJob.Types.InputConfig? config, CancellationToken ct)
    {
        if (config?.BigquerySource is not null) throw Faults.Unimplemented("Instances come from Cloud Storage here, not from BigQuery.");
        if (config?.GcsSource is not { Uris.Count: > 0 } source) throw Faults.Required($"{Field}.input_config.gcs_source");
        if (config.InstancesFormat is "tf-record" or "tf-record-gzip" or "file-list" or "bigquery") throw Faults.Unimplemented($"{Field}.input_config.instances_format '{config.InstancesFormat}' is not supported here; jsonl and csv are.");
        if (config.InstancesFormat is not ("jsonl" or "csv")) throw Faults.Invalid($"{Field}.input_config.instances_format", config.InstancesFormat, "jsonl or csv");
        if (source.Uris.Count > MaxUris) throw Faults.Invalid($"{Field}.input_config.gcs_source.uris", source.Uris.Count.ToString(CultureInfo.InvariantCulture), $"at most {MaxUris} URIs");
        var found = new List<ObjectLocation>();
        for (var i = 0; i < source.Uris.Count; i++)
        {
            var field = $"{Field}.input_config.gcs_source.uris[{i}]";
            var at = Gcs.Parse(source.Uris[i], field);
            Result<IReadOnlyList<ObjectLocation>> one = Wildcard.IsIn(at.Key)
                ? await Wildcard.FindAsync(objects, at, MaxObjects, ct).ConfigureAwait(false)
                : (await objects.HeadAsync(at.Bucket, at.Key, null, ct).ConfigureAwait(false)).Map<IReadOnlyList<ObjectLocation>>(_ => [at]);
            if (!one.TryGet(out var there, out var error) && error.Code == ErrorCode.InvalidArgument) throw Faults.Invalid(field, source.Uris[i], error.Message);
            if (there is not { Count: > 0 }) throw Faults.Invalid(field, source.Uris[i], "no object is there");
            found.AddRange(there);
        }
        return [.. found.Distinct()];
    }

    /// <param name="named">Whether the model knows the columns of a table by their names.</param>
    public static BatchInstances Instances(BatchPredictionJob job, bool named)
    {
        var (csv, shape) = (job.InputConfig.InstancesFormat == "csv", job.InstanceConfig ?? new());
        var kind = shape.InstanceType switch
        {
            "" => csv && named ? InstanceKind.Object : InstanceKind.AsGiven,
            "object" when !csv || named => InstanceKind.Object,
            "array" => InstanceKind.Array,
            var other => throw Faults.Invalid($"{Field}.instance_config.instance_type", other, csv ? "array, which is what rows of CSV become" : "object or array"),
        };
        if (shape.IncludedFields.Count > 0 && shape.ExcludedFields.Count > 0) throw Faults.Invalid($"{Field}.instance_config.excluded_fields", null, "must be empty where included_fields are given");
        return new BatchInstances(csv ? InstanceFormat.CsvWithHeader : InstanceFormat.JsonLines, Parameters(job))
        {
            Kind = kind,
            Key = shape.KeyField is { Length: > 0 } key ? key : null,
            Include = [.. shape.IncludedFields],
            Exclude = [.. shape.ExcludedFields],
        };
    }

    private static string? Parameters(BatchPredictionJob job)
    {
        if (job.ModelParameters is null) return null;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) ValueJson.Write(json, job.ModelParameters);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
