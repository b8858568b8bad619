using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Evaluation;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using SplitCase = Isobar.Google.VertexAi.V1.InputDataConfig.SplitOneofCase;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>AutoML on time series (<c>automl_forecasting_1.0.0.yaml</c>). The oldest rows are learned from, with the validation part behind them, whose last periods judge the candidates; the newest are the test.</summary>
internal sealed class ForecastKind(TabularSplit tables, IObjectStore objects) : IAutoMlKind
{
    /// <summary>What a model's predictions look like; it tells forecasts from other models.</summary>
    public const string PredictionSchema = "gs://google-cloud-aiplatform/schema/predict/prediction/time_series_forecasting_1.0.0.yaml";
    private static readonly string[] Names = [$"{ManagedStorage.Parts}train/training.csv", $"{ManagedStorage.Parts}train/validation.csv", $"{ManagedStorage.Parts}test.csv"];

    public string Definition => "gs://google-cloud-aiplatform/schema/trainingjob/definition/automl_forecasting_1.0.0.yaml";

    public IReadOnlyList<DatasetKind> Datasets { get; } = [DatasetKind.TimeSeries, DatasetKind.Tabular];

    public static bool Made(Model model) => AutoMlTask.Made(model) && model.PredictSchemata?.PredictionSchemaUri == PredictionSchema;

    public async Task<AutoMlPlan> PlanAsync(TrainingPipeline request, Dataset dataset, ObjectLocation folder, CancellationToken ct)
    {
        var inputs = ForecastInputs.Of(request.TrainingTaskInputs);
        var split = await tables.WriteAsync(dataset, InTime(request.InputDataConfig, inputs.TimeColumn), folder, Names, ct).ConfigureAwait(false);
        var (training, budget) = inputs.Read(split.Columns);
        return new AutoMlPlan(training, budget, [new ChannelSpec("train", folder.Below($"{ManagedStorage.Parts}train/"), ChannelSourceKind.Prefix, "text/csv")], split.Rows);
    }

    public async Task<EvaluationDraft?> FinishAsync(TrainingPipeline pipeline, Model model, ModelPackage package, ModelManifest manifest, ObjectLocation folder, CancellationToken ct)
    {
        model.PredictSchemata = new PredictSchemata { PredictionSchemaUri = PredictionSchema };
        model.Metadata = ForecastCodec.Metadata(ForecastInputs.Of(pipeline.TrainingTaskInputs).WantsQuantiles);
        model.SupportedInputStorageFormats.Add(["csv", "jsonl"]);
        model.SupportedOutputStorageFormats.Add(["csv", "jsonl"]);
        var held = await ReadAsync(folder.Below(Names[DataSplit.Test]), ct).ConfigureAwait(false);
        if (held.Rows == 0) return null;
        var past = (await ReadAsync(folder.Below(Names[DataSplit.Training]), ct).ConfigureAwait(false)).Append(await ReadAsync(folder.Below(Names[DataSplit.Validation]), ct).ConfigureAwait(false));
        var scored = ScoredForecast.Of(package, past, held, ct).OrThrow();
        return scored.Truth.Length == 0 ? null : EvaluationDraft.Of(scored);
    }

    // Fractions are of time: what is forecast must not be learned from.
    private static InputDataConfig InTime(InputDataConfig config, string column)
    {
        if (config.SplitCase is SplitCase.PredefinedSplit) return config;
        if (config.SplitCase is SplitCase.StratifiedSplit or SplitCase.FilterSplit) throw Faults.Invalid($"training_pipeline.input_data_config.{config.SplitCase}", null, "time series are split by time, or by a column");
        if (config.SplitCase is SplitCase.TimestampSplit) return config.TimestampSplit.Key == column ? config : throw Faults.Invalid("training_pipeline.input_data_config.timestamp_split.key", config.TimestampSplit.Key, $"the time column {column}");
        var fractions = config.FractionSplit ?? new FractionSplit();
        var timed = config.Clone();
        timed.TimestampSplit = new TimestampSplit { Key = column, TrainingFraction = fractions.TrainingFraction, ValidationFraction = fractions.ValidationFraction, TestFraction = fractions.TestFraction };
        return timed;
    }

    private async Task<DataTable> ReadAsync(ObjectLocation at, CancellationToken ct)
    {
        var opened = (await objects.OpenAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).OrThrow();
        await using (opened.ConfigureAwait(false))
            return (await TableReader.ReadAsync(opened.Content, at.Key, DataFormat.CsvWithHeader, ct).ConfigureAwait(false)).OrThrow();
    }
}
