using System.Text.Json.Serialization;

namespace Isobar.Engine.Algorithms;

/// <summary>What a model is to learn.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LearningTask>))]
public enum LearningTask
{
    /// <summary>One of two classes.</summary>
    Binary,
    /// <summary>One of several classes.</summary>
    Multiclass,
    /// <summary>A number.</summary>
    Regression,
    /// <summary>The nearest of k centres.</summary>
    Clustering,
    /// <summary>How unusual a row is.</summary>
    Anomaly,
    /// <summary>Fewer numbers that keep most of the variance.</summary>
    Projection,
    /// <summary>The values to come of many series.</summary>
    Forecasting,
}

/// <summary>How a channel's files are written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataFormat>))]
public enum DataFormat
{
    /// <summary>CSV without a header.</summary>
    Csv,
    /// <summary>CSV whose first line names the columns.</summary>
    CsvWithHeader,
    /// <summary><c>label index:value …</c>, indices from 0 or 1.</summary>
    LibSvm,
    /// <summary>One JSON object (named columns) or array a line.</summary>
    JsonLines,
    /// <summary>Apache Parquet.</summary>
    Parquet,
    /// <summary>SageMaker's RecordIO-wrapped protobuf.</summary>
    RecordIoProtobuf,
    /// <summary>Pictures, JPEG or PNG, in a folder for each class or named in a list; <c>automl</c> alone reads them.</summary>
    Images,
}

/// <summary>Where a row's parts stand.</summary>
public sealed record DataLayout
{
    /// <summary>How the files are written.</summary>
    public DataFormat Format { get; init; } = DataFormat.CsvWithHeader;
    /// <summary>The label's column by name, or by number from 0; null when there is none.</summary>
    public string? Label { get; init; }
    /// <summary>The weight's column by name or number; null for none.</summary>
    public string? Weight { get; init; }
    /// <summary>Columns to leave out, by name or number.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
    /// <summary>Columns to treat as categories although they hold numbers, by name or number.</summary>
    public IReadOnlyList<string> Categorical { get; init; } = [];
    /// <summary>Columns of running text, by name: their words and pairs of words are weighed (TF-IDF). AutoML finds such columns itself.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];
    /// <summary>The only columns to learn from, by name; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];
    /// <summary>Columns that callers send and the model does not read, by name or number: texts that say nothing about the label.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];
    /// <summary>Whether a column of very many different texts keeps its most frequent ones as categories; otherwise it is refused.</summary>
    public bool KeepFrequent { get; init; }
    /// <summary>How many of the first rows tell the means and deviations that numbers are brought to one scale by; 0 for all.</summary>
    public int ScalerRows { get; init; }
    /// <summary>Whether every feature must be a number, as SageMaker's built-in algorithms demand.</summary>
    public bool NumbersOnly { get; init; }
    /// <summary>Whether class labels must be the whole numbers 0 to n-1.</summary>
    public bool NumericClasses { get; init; }
}

/// <summary>A request to fit a model, complete but for its folders; serialized into the job's folder for the worker process.</summary>
public sealed record TrainingRequest
{
    /// <summary>A name of <see cref="AlgorithmCatalog"/>.</summary>
    public required string Algorithm { get; init; }
    /// <summary>What to learn.</summary>
    public required LearningTask Task { get; init; }
    /// <summary>Values by the catalogue's names; the rest take their defaults.</summary>
    public IReadOnlyDictionary<string, string> HyperParameters { get; init; } = new Dictionary<string, string>();
    /// <summary>Where a row's parts stand.</summary>
    public DataLayout Layout { get; init; } = new();
    /// <summary>Where a row's parts stand in the channels, by name, that are written otherwise than the training channel; their features correspond by place. Of <c>automl</c> all channels are written alike.</summary>
    public IReadOnlyDictionary<string, DataLayout> ChannelLayouts { get; init; } = new Dictionary<string, DataLayout>();
    /// <summary>The channel to fit on.</summary>
    public string TrainChannel { get; init; } = "train";
    /// <summary>The channel to watch for early stopping and final metrics, when present.</summary>
    public string ValidationChannel { get; init; } = "validation";
    /// <summary>A channel that is only scored at the end, when present.</summary>
    public string TestChannel { get; init; } = "test";
    /// <summary>The features that the dialect was told of; data with another number fails the job. Null: as many as there are.</summary>
    public int? FeatureCount { get; init; }
    /// <summary>The seed of every draw. Default 0.</summary>
    public int Seed { get; init; }
    /// <summary>Lines of the dialect for the log before training starts, such as hyperparameters without an effect here.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
    /// <summary>How the dialect calls the metrics: <c>{channel}:{metric}</c> by default. Keys are the engine's <c>channel:metric</c>.</summary>
    public IReadOnlyDictionary<string, string> MetricNames { get; init; } = new Dictionary<string, string>();
    /// <summary>The metrics to report at the end, by the engine's names without the channel; empty for all.</summary>
    public IReadOnlyList<string> Report { get; init; } = [];
    /// <summary>Facts that the dialect wants to find again in the model's manifest.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
    /// <summary>A failure that the dialect wants the job to end with, in the container's words; null for none.</summary>
    public string? RefuseWith { get; init; }
}

/// <summary>The folders of a fit.</summary>
/// <param name="Input">Holds a folder per channel.</param>
/// <param name="Output">Receives <c>model.onnx</c> and <c>model.json</c>.</param>
/// <param name="Checkpoints">Kept between attempts; null for none.</param>
/// <param name="Data">Receives what is made besides the model; null: it is not kept.</param>
public sealed record TrainingFolders(string Input, string Output, string? Checkpoints, string? Data = null);

/// <summary>What a fit tells while it runs.</summary>
public interface ITrainingProgress
{
    /// <summary>A measured value.</summary>
    void Metric(string name, double value, int? step = null);
    /// <summary>A line for the log.</summary>
    void Log(string line);
}

/// <summary>Serialization of requests and manifests.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainingRequest))]
[JsonSerializable(typeof(ModelManifest))]
public sealed partial class AlgorithmsJson : JsonSerializerContext;
