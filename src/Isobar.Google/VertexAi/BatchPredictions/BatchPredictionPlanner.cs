using System.Globalization;
using Isobar.Engine.Batch;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.BatchPredictions;

/// <summary>Turns a batch prediction job into what the engine runs.</summary>
internal sealed class BatchPredictionPlanner(ModelStore models, BatchPredictionInput input, TimeProvider time)
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
        var sources = await input.SourcesAsync(job.InputConfig, ct).ConfigureAwait(false);
        var instances = BatchPredictionInput.Instances(job);
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
            Input = sources[0],
            Sources = sources,
            ContentType = "application/json",
            Accept = "application/json",
            Split = BatchSplit.Line,
            Instances = instances,
            Output = folder,
            OutputStem = "prediction.results",
            ErrorStem = "prediction.errors_stats",
            Instance = new InstanceSpec(job.DedicatedResources?.MachineSpec?.MachineType is { Length: > 0 } machine ? machine : "n1-standard-2", Math.Max(1, job.DedicatedResources?.StartingReplicaCount ?? 1)),
            Log = job.DisableContainerLogging ? null : new LogStreamName(CustomJobPlanner.Owner, LogGroup, $"{name.Project}/{name.Location}/{name.Id}"),
            Tags = job.Labels.ToDictionary(),
        };
    }

    private static string FileName(string display) => string.Concat(display.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
