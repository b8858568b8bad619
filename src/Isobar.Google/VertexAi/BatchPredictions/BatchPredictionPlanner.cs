using System.Globalization;
using System.Text;
using System.Text.Json;
using Isobar.Engine.Batch;
using Isobar.Engine.Logs;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.BatchPredictions;

/// <summary>Turns a batch prediction job into what the engine runs.</summary>
internal sealed class BatchPredictionPlanner(ModelStore models, IObjectStore objects, TimeProvider time)
{
    public const string LogGroup = "aiplatform.googleapis.com/BatchPredictionJob";
    private const string Field = "batch_prediction_job";

    // 1. the model; 2. where records come from and go; 3. what the job says of itself.
    public async Task<BatchSpec> PlanAsync(ResourceName name, BatchPredictionJob job, CancellationToken ct)
    {
        if (job.DisplayName.Length is 0 or > 128) throw Faults.Invalid($"{Field}.display_name", job.DisplayName, "1 to 128 characters");
        if (job.GenerateExplanation) throw Faults.Unimplemented("Explanations of batch predictions are not supported here.");

        // 1.
        if (job.Model.Length == 0) throw Faults.Required($"{Field}.model");
        var model = (await models.FindAsync(job.Model, ct, $"{Field}.model").ConfigureAwait(false)).Value;
        var program = await models.SpecAsync(model, ct).ConfigureAwait(false);

        // 2.
        var (input, kind) = Input(job.InputConfig);
        if (!(await objects.ListAsync(input.Bucket, new ObjectQuery(input.Key, Limit: 1) { EndBefore = kind == ChannelSourceKind.Object ? input.Key + "\0" : null }, ct).ConfigureAwait(false)).TryGet(out var found, out _) || found.Objects.Count == 0)
            throw Faults.Invalid($"{Field}.input_config.gcs_source.uris[0]", job.InputConfig.GcsSource.Uris[0], "no object is there");
        if (job.InstanceConfig is { } shape && (shape.InstanceType is not ("" or "array") || shape.KeyField.Length > 0 || shape.IncludedFields.Count > 0 || shape.ExcludedFields.Count > 0))
            throw Faults.Unimplemented("Of instance_config only instance_type 'array' is supported here: keys and chosen fields are not.");
        if (job.OutputConfig?.GcsDestination is not { } destination)
            throw job.OutputConfig?.BigqueryDestination is null ? Faults.Required($"{Field}.output_config.gcs_destination") : Faults.Unimplemented("Predictions go to Cloud Storage here, not to BigQuery.");
        if (job.OutputConfig.PredictionsFormat != "jsonl") throw Faults.Invalid($"{Field}.output_config.predictions_format", job.OutputConfig.PredictionsFormat, "predictions are written as jsonl here");
        var folder = Gcs.Parse(destination.OutputUriPrefix, $"{Field}.output_config.gcs_destination.output_uri_prefix").Below(
            string.Create(CultureInfo.InvariantCulture, $"prediction-{FileName(model.DisplayName)}-{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}"));

        // 3.
        (job.Model, job.ModelVersionId) = (model.Name, model.VersionId);
        job.OutputInfo = new BatchPredictionJob.Types.OutputInfo { GcsOutputDirectory = Gcs.Uri(folder) };
        return new BatchSpec
        {
            Id = name.Engine,
            Owner = CustomJobPlanner.Owner,
            Name = name.Id,
            Region = name.Location,
            Model = program,
            Input = input,
            InputKind = kind,
            ContentType = "application/json",
            Accept = "application/json",
            Split = BatchSplit.Line,
            Instances = new BatchInstances(job.InputConfig.InstancesFormat == "csv" ? InstanceFormat.CsvWithHeader : InstanceFormat.JsonLines, Parameters(job)),
            Output = folder,
            OutputStem = "prediction.results",
            Instance = new InstanceSpec(job.DedicatedResources?.MachineSpec?.MachineType is { Length: > 0 } machine ? machine : "n1-standard-2", Math.Max(1, job.DedicatedResources?.StartingReplicaCount ?? 1)),
            Log = job.DisableContainerLogging ? null : new LogStreamName(CustomJobPlanner.Owner, LogGroup, $"{name.Project}/{name.Location}/{name.Id}"),
            Tags = job.Labels.ToDictionary(),
        };
    }

    private static (ObjectLocation, ChannelSourceKind) Input(BatchPredictionJob.Types.InputConfig? config)
    {
        if (config?.BigquerySource is not null) throw Faults.Unimplemented("Instances come from Cloud Storage here, not from BigQuery.");
        if (config?.GcsSource is not { Uris.Count: > 0 } source) throw Faults.Required($"{Field}.input_config.gcs_source");
        if (config.InstancesFormat is not ("jsonl" or "csv")) throw Faults.Invalid($"{Field}.input_config.instances_format", config.InstancesFormat, "instances are read as jsonl or csv here");
        if (source.Uris.Count > 1) throw Faults.Invalid($"{Field}.input_config.gcs_source.uris", $"{source.Uris.Count} URIs", "one URI is read here; it may end in * for all objects of a prefix");
        var uri = source.Uris[0];
        var wild = uri.EndsWith('*');
        if (uri[..^1].Contains('*', StringComparison.Ordinal)) throw Faults.Invalid($"{Field}.input_config.gcs_source.uris[0]", uri, "a * stands at the end only");
        return (Gcs.Parse(wild ? uri[..^1] : uri, $"{Field}.input_config.gcs_source.uris[0]"), wild ? ChannelSourceKind.Prefix : ChannelSourceKind.Object);
    }

    private static string? Parameters(BatchPredictionJob job)
    {
        if (job.ModelParameters is null) return null;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) ValueJson.Write(json, job.ModelParameters);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static string FileName(string display) => string.Concat(display.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
