using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Training;

namespace Isobar.Engine.Batch;

/// <summary>How an input object is cut into records.</summary>
public enum BatchSplit
{
    /// <summary>The object is one record.</summary>
    None,
    /// <summary>A record a line.</summary>
    Line,
    /// <summary>RecordIO frames.</summary>
    RecordIO,
}

/// <summary>How outputs are put together.</summary>
public enum BatchAssembly
{
    /// <summary>Replies one after the other, as they are.</summary>
    None,
    /// <summary>A line a record.</summary>
    Line,
}

/// <summary>How many records a request carries.</summary>
public enum BatchStrategy
{
    /// <summary>As many as fit <see cref="BatchSpec.MaxPayloadBytes"/>.</summary>
    MultiRecord,
    /// <summary>One.</summary>
    SingleRecord,
}

/// <summary>Which parts of records go in and come out, in SageMaker's subset of JSONPath (for CSV, columns are a JSON array).</summary>
/// <param name="InputFilter">What of the record the model sees; default <c>$</c>.</param>
/// <param name="JoinInput">Whether the record and the reply are joined before the output filter.</param>
/// <param name="OutputFilter">What of the result is written; default <c>$</c>.</param>
public sealed record BatchDataProcessing(string InputFilter = "$", bool JoinInput = false, string OutputFilter = "$");

/// <summary>A batch job, cloud-neutral: every object below a location through a model.</summary>
public sealed record BatchSpec
{
    /// <summary>Unique over all clouds, such as <c>aws/us-east-1/my-transform</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose job it is.</summary>
    public required string Owner { get; init; }
    /// <summary>The name as the user wrote it.</summary>
    public required string Name { get; init; }
    /// <summary>Region, for the meter.</summary>
    public string Region { get; init; } = "us-east-1";
    /// <summary>What answers.</summary>
    public required ModelSpec Model { get; init; }
    /// <summary>A prefix, or a manifest.</summary>
    public required ObjectLocation Input { get; init; }
    /// <summary>How to read <see cref="Input"/>.</summary>
    public ChannelSourceKind InputKind { get; init; } = ChannelSourceKind.Prefix;
    /// <summary>Objects one by one, instead of what is found at <see cref="Input"/>.</summary>
    public IReadOnlyList<ObjectLocation>? Sources { get; init; }
    /// <summary>MIME type of the records.</summary>
    public string? ContentType { get; init; }
    /// <summary>Whether inputs are gzip files.</summary>
    public bool Gzip { get; init; }
    /// <summary>How objects are cut.</summary>
    public BatchSplit Split { get; init; }
    /// <summary>How many records a request carries.</summary>
    public BatchStrategy Strategy { get; init; } = BatchStrategy.MultiRecord;
    /// <summary>The largest request. Default 6 MiB, as SageMaker's.</summary>
    public int MaxPayloadBytes { get; init; } = 6 << 20;
    /// <summary>Requests at the same time; 0: the engine's own choice.</summary>
    public int MaxConcurrency { get; init; }
    /// <summary>The prefix that receives <c>&lt;name of the input&gt;.out</c>.</summary>
    public required ObjectLocation Output { get; init; }
    /// <summary>MIME type wanted of the model.</summary>
    public string? Accept { get; init; }
    /// <summary>How outputs are put together.</summary>
    public BatchAssembly Assemble { get; init; }
    /// <summary>Filters and joins; null for none.</summary>
    public BatchDataProcessing? Processing { get; init; }
    /// <summary>Records go to the model as instances of a JSON body; instead of <see cref="Processing"/>. Null: as they are.</summary>
    public BatchInstances? Instances { get; init; }
    /// <summary>Rows of CSV go to the model with the names of their columns; instead of <see cref="Processing"/>. Null: as they are.</summary>
    public BatchRows? Rows { get; init; }
    /// <summary>Adds to the model's answers before they are written; null: they stay as they are.</summary>
    public BatchExtension? Extension { get; init; }
    /// <summary>The name of the one object that the outputs are joined into at the end; null: each stays.</summary>
    public string? JoinedAs { get; init; }
    /// <summary>How many input objects may fail without the job failing; they have no output. A job of which all fail fails.</summary>
    public int ToleratedFailures { get; init; }
    /// <summary>Outputs are called <c>STEM-00000-of-00002</c> after this stem, in the order of the inputs; null: after their inputs.</summary>
    public string? OutputStem { get; init; }
    /// <summary>Records that the model refuses, and why, go to <c>STEM-00000-of-00002</c> after this stem, and the job goes on; needs <see cref="OutputStem"/> and lines. Null: the first one ends the job.</summary>
    public string? ErrorStem { get; init; }
    /// <summary>The machine asked for.</summary>
    public InstanceSpec Instance { get; init; } = new();
    /// <summary>Extra environment, over the model's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>How long one request to the model may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(600);
    /// <summary>Further attempts after a failed request. Default 3.</summary>
    public int MaxRetries { get; init; } = 3;
    /// <summary>Where lines go; null: nowhere.</summary>
    public LogStreamName? Log { get; init; }
    /// <summary>Tags, for the meter.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>A batch job with its life so far.</summary>
public sealed record BatchJob
{
    /// <summary>What was asked for.</summary>
    public required BatchSpec Spec { get; init; }
    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }
    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When work first began.</summary>
    public DateTimeOffset? Started { get; init; }
    /// <summary>When it reached a final state.</summary>
    public DateTimeOffset? Ended { get; init; }
    /// <summary>Why it failed or stopped.</summary>
    public string? Reason { get; init; }
    /// <summary>Input objects finished.</summary>
    public int ObjectsDone { get; init; }
    /// <summary>Input objects in all; null before they are listed.</summary>
    public int? ObjectsTotal { get; init; }
    /// <summary>Records answered.</summary>
    public long Records { get; init; }
    /// <summary>Records refused by the model, which <see cref="BatchSpec.ErrorStem"/> allows.</summary>
    public long Rejected { get; init; }
    /// <summary>What was left out, such as objects that could not be read: at most 20 sentences.</summary>
    public IReadOnlyList<string> Omissions { get; init; } = [];
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is JobState.Completed or JobState.Failed or JobState.Stopped;
}
