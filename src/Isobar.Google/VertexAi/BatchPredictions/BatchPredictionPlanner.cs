using System.Globalization;
using Isobar.Engine.Batch;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Explanations;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.TrainingPipelines;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.BatchPredictions;

/// <summary>Turns a batch prediction job into what the engine runs.</summary>
internal sealed class BatchPredictionPlanner(ModelStore models, BatchPredictionInput input, TimeProvider time)
{
    public const string LogGroup = "aiplatform.googleapis.com/BatchPredictionJob";
    private const string Field = "batch_prediction_job";

    private const int MaxForecastFile = 256 << 20, DefaultPayload = 6 << 20;

    // 1. the model; 2. where records come from and go; 3. what the job says of itself.
    public async Task<BatchSpec> PlanAsync(ResourceName name, BatchPredictionJob job, CancellationToken ct)
    {
        if (job.DisplayName.Length is 0 or > 128) throw Faults.Invalid($"{Field}.display_name", job.DisplayName, "1 to 128 characters");

        // 1.
        if (job.Model.Length == 0) throw Faults.Required($"{Field}.model");
        var model = (await models.FindAsync(job.Model, ct, $"{Field}.model").ConfigureAwait(false)).Value;
        var program = await models.SpecAsync(model, ct).ConfigureAwait(false);

        var explained = Explained(job, model);

        // 2.
        var sources = await input.SourcesAsync(job.InputConfig, ct).ConfigureAwait(false);
        var forecasts = ForecastKind.Made(model);
        // AutoML's models of tables know columns by their names.
        var instances = forecasts ? null : BatchPredictionInput.Instances(job, named: AutoMlTask.Made(model));
        if (forecasts) CheckForecast(job);
        if (job.OutputConfig?.GcsDestination is not { } destination)
            throw job.OutputConfig?.BigqueryDestination is null ? Faults.Required($"{Field}.output_config.gcs_destination") : Faults.Unimplemented("Predictions go to Cloud Storage here, not to BigQuery.");
        var csv = forecasts && job.OutputConfig.PredictionsFormat == "csv";
        if (!csv && job.OutputConfig.PredictionsFormat != "jsonl") throw Faults.Invalid($"{Field}.output_config.predictions_format", job.OutputConfig.PredictionsFormat, forecasts ? "forecasts are written as csv or jsonl" : "predictions are written as jsonl here");
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
            // A forecast looks back on many rows: it is asked about a file at once.
            ContentType = !forecasts ? "application/json" : job.InputConfig.InstancesFormat == "csv" ? "text/csv" : "application/jsonlines",
            Accept = !forecasts ? "application/json" : csv ? "text/csv" : "application/jsonlines",
            // A picture takes a megabyte and more while the model looks at it.
            Strategy = AutoMlTask.OfItems(model) ? BatchStrategy.SingleRecord : BatchStrategy.MultiRecord,
            Split = forecasts ? BatchSplit.None : BatchSplit.Line,
            MaxPayloadBytes = forecasts ? MaxForecastFile : DefaultPayload,
            Instances = instances,
            Extension = explained is null ? null : BatchExplanations.Of(model, explained),
            Output = folder,
            OutputStem = "prediction.results",
            ErrorStem = forecasts ? null : "prediction.errors_stats",
            Instance = new InstanceSpec(job.DedicatedResources?.MachineSpec?.MachineType is { Length: > 0 } machine ? machine : "n1-standard-2", Math.Max(1, job.DedicatedResources?.StartingReplicaCount ?? 1)),
            Log = job.DisableContainerLogging ? null : new LogStreamName(CustomJobPlanner.Owner, LogGroup, $"{name.Project}/{name.Location}/{name.Id}"),
            Tags = job.Labels.ToDictionary(),
        };
    }

    private static ExplanationSpec? Explained(BatchPredictionJob job, Model model)
    {
        if (!job.GenerateExplanation) return job.ExplanationSpec is null ? null : throw Faults.Invalid($"{Field}.explanation_spec", null, "it needs generate_explanation");
        if (ForecastKind.Made(model)) throw Faults.Unimplemented($"{Field}.generate_explanation: forecasts are not explained here.");
        var spec = ExplanationSpecs.Merge(model.ExplanationSpec, job.ExplanationSpec);
        ExplanationSpecs.Check(spec, $"{Field}.explanation_spec", whole: true);
        return spec ?? throw Faults.Precondition($"The model {model.Name} has no explanation_spec: give one to the job, or when the model is uploaded.");
    }

    private static void CheckForecast(BatchPredictionJob job)
    {
        if (job.InstanceConfig is { } shape && shape.CalculateSize() > 0) throw Faults.Unimplemented($"{Field}.instance_config: a forecast is asked about all columns, by their names.");
        if (job.ModelParameters is not null) throw Faults.Unimplemented($"{Field}.model_parameters: a forecast takes none.");
    }

    private static string FileName(string display) => string.Concat(display.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
