using Isobar.Engine.Logs;
using Isobar.Engine.Training;

namespace Isobar.Engine.Monitoring;

/// <summary>What a schedule watches.</summary>
public enum MonitorKind
{
    /// <summary>The data that a model sees, against a baseline of its features.</summary>
    DataQuality,
    /// <summary>The model's answers, against ground truth.</summary>
    ModelQuality,
}

/// <summary>The kind of question that a model answers.</summary>
public enum ProblemKind
{
    /// <summary>A number.</summary>
    Regression,
    /// <summary>One of two classes.</summary>
    BinaryClassification,
    /// <summary>One of several classes.</summary>
    MulticlassClassification,
}

/// <summary>How the files of a data set are written.</summary>
public enum DatasetFormat
{
    /// <summary>CSV whose first line names the columns.</summary>
    CsvWithHeader,
    /// <summary>CSV without names.</summary>
    Csv,
    /// <summary>One JSON object (or array) a line.</summary>
    JsonLines,
    /// <summary>Records that data capture wrote.</summary>
    Captured,
}

/// <summary>How a model's answers are judged.</summary>
public sealed record QualitySpec
{
    /// <summary>The kind of question.</summary>
    public required ProblemKind Problem { get; init; }
    /// <summary>Column (name, or number from 0) of the answer that holds the predicted class or number; null: the first.</summary>
    public string? InferenceAttribute { get; init; }
    /// <summary>Column of the answer that holds a probability; null: none.</summary>
    public string? ProbabilityAttribute { get; init; }
    /// <summary>A probability from here on is the positive class.</summary>
    public double ProbabilityThreshold { get; init; } = 0.5;
    /// <summary>Column of a data set that holds the truth, where answers and truth are in one file (baselines).</summary>
    public string? GroundTruthAttribute { get; init; }
    /// <summary>The prefix below which records of the truth are kept, by hour; null in a baseline.</summary>
    public ObjectLocation? GroundTruth { get; init; }
}

/// <summary>A monitoring schedule, cloud-neutral.</summary>
public sealed record MonitorSpec
{
    /// <summary>Unique over all clouds, given by the dialect, such as <c>aws/us-east-1/my-schedule</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose schedule it is.</summary>
    public required string Owner { get; init; }
    /// <summary>The name as the user wrote it.</summary>
    public required string Name { get; init; }
    /// <summary>Region, for the meter and metrics.</summary>
    public string Region { get; init; } = "us-east-1";
    /// <summary>What is watched.</summary>
    public MonitorKind Kind { get; init; }
    /// <summary>Id of the endpoint (<see cref="Serving.EndpointSpec.Id"/>) whose captured traffic is read; null when <see cref="Dataset"/> is set.</summary>
    public string? EndpointId { get; init; }
    /// <summary>The endpoint's name, for metrics and reports.</summary>
    public string? EndpointName { get; init; }
    /// <summary>The only variant whose traffic is read; null: all.</summary>
    public string? Variant { get; init; }
    /// <summary>The prefix to read instead of an endpoint's capture.</summary>
    public ObjectLocation? Dataset { get; init; }
    /// <summary>How <see cref="Dataset"/> is written.</summary>
    public DatasetFormat DatasetFormat { get; init; } = DatasetFormat.CsvWithHeader;
    /// <summary>Five cron fields, in UTC; null: once, as soon as the schedule is made.</summary>
    public string? Cron { get; init; }
    /// <summary>The time between runs, instead of <see cref="Cron"/>.</summary>
    public TimeSpan? Every { get; init; }
    /// <summary>Whether the first run is due as soon as the schedule is made.</summary>
    public bool AtOnce { get; init; }
    /// <summary>Where the analysed time begins, relative to the due time, such as -1 h; null: the due time before (one hour for a run without schedule).</summary>
    public TimeSpan? StartOffset { get; init; }
    /// <summary>Where the analysed time ends, relative to the due time; null: at it.</summary>
    public TimeSpan? EndOffset { get; init; }
    /// <summary>The baseline's constraints, in the dialect's form; null: none, nothing can be violated.</summary>
    public ObjectLocation? Constraints { get; init; }
    /// <summary>The baseline's statistics, in the dialect's form; null: drift is not measured.</summary>
    public ObjectLocation? Statistics { get; init; }
    /// <summary>Whether each run is compared with the last one that had data, instead of <see cref="Statistics"/>: the first has nothing to be compared with.</summary>
    public bool AgainstLastRun { get; init; }
    /// <summary>Where violations are written to, a line each; null: nowhere.</summary>
    public LogStreamName? Log { get; init; }
    /// <summary>The prefix that receives reports: a folder a run.</summary>
    public required ObjectLocation Output { get; init; }
    /// <summary>For <see cref="MonitorKind.ModelQuality"/>.</summary>
    public QualitySpec? Quality { get; init; }
    /// <summary>Whether a metric is recorded for each feature.</summary>
    public bool PublishMetrics { get; init; } = true;
    /// <summary>The longest a run may take.</summary>
    public TimeSpan MaxRunTime { get; init; } = TimeSpan.FromHours(1);
    /// <summary>The machine that runs are billed as; null: the cloud bills no machine for them.</summary>
    public InstanceSpec? Instance { get; init; }
    /// <summary>Tags, for the meter.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
