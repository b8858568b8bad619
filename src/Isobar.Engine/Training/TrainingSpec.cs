using Isobar.Engine.Logs;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Training;

/// <summary>A place in the object store: one object, or all below a prefix.</summary>
public sealed record ObjectLocation(BucketName Bucket, string Key)
{
    /// <summary>The place as a folder: its key is empty or ends in a slash.</summary>
    public ObjectLocation AsFolder() => Key.Length == 0 || Key.EndsWith('/') ? this : this with { Key = Key + "/" };

    /// <summary>A place in this folder.</summary>
    public ObjectLocation Below(string key) => this with { Key = AsFolder().Key + key };
}

/// <summary>A named input of a job.</summary>
/// <param name="Name">Such as <c>train</c> or <c>validation</c>; the folder that the data lands in.</param>
/// <param name="Source">A prefix, an object, or a manifest.</param>
/// <param name="Kind">How to read <paramref name="Source"/>.</param>
/// <param name="ContentType">MIME type that the caller declared, or null.</param>
/// <param name="Compression"><c>Gzip</c> or null.</param>
public sealed record ChannelSpec(string Name, ObjectLocation Source, ChannelSourceKind Kind = ChannelSourceKind.Prefix, string? ContentType = null, string? Compression = null)
{
    /// <summary>Whether an interrupted read order is to be shuffled with this seed.</summary>
    public long? ShuffleSeed { get; init; }
    /// <summary>The folder that the data lands in, such as <c>/opt/ml/gcs/bucket/path</c>, instead of the channel's own; it is rewritten to the job's own tree.</summary>
    public string? LocalFolder { get; init; }
    /// <summary>Extra facts of the dialect (input mode, record wrapper), written to <c>inputdataconfig.json</c> as they are.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}

/// <summary>How a channel's source is read.</summary>
public enum ChannelSourceKind
{
    /// <summary>Every object whose key starts with the given key.</summary>
    Prefix,
    /// <summary>A manifest object that lists keys (SageMaker's ManifestFile).</summary>
    Manifest,
    /// <summary>The one object of exactly that key.</summary>
    Object,
    /// <summary>The object of that key, those in the folder of that name and those whose names go on with an extension, under the names that they have from the key's last part on; none at all is as good. So a mounted bucket looks.</summary>
    Mounted,
}

/// <summary>What a job runs.</summary>
[System.Text.Json.Serialization.JsonDerivedType(typeof(AlgorithmProgram), "algorithm")]
[System.Text.Json.Serialization.JsonDerivedType(typeof(ScriptProgram), "script")]
public abstract record JobProgram;

/// <summary>An algorithm of the engine's catalogue, in the worker process. Hyperparameters are the engine's own names; layout and task as in <c>Isobar.Engine.Algorithms</c>.</summary>
/// <param name="Algorithm">The catalogue's name, such as <c>boosted-trees</c>.</param>
/// <param name="RequestJson">The serialized <c>TrainingRequest</c> without its folders: the supervisor fills those in.</param>
public sealed record AlgorithmProgram(string Algorithm, string RequestJson) : JobProgram;

/// <summary>The user's own code, under SageMaker's published contract for training containers.</summary>
/// <param name="Command">Program and arguments, looked up on PATH; paths may start with <c>{code}</c>, the unpacked source folder, or <c>/opt/ml/…</c>, which is rewritten to the job's own tree.</param>
/// <param name="Source">A <c>.tar.gz</c> of sources to unpack into the code folder, or null.</param>
public sealed record ScriptProgram(IReadOnlyList<string> Command, ObjectLocation? Source = null) : JobProgram
{
    /// <summary>A folder of sources to lay into the code folder, instead of an archive; null for none.</summary>
    public ObjectLocation? SourceFolder { get; init; }
    /// <summary>Whether the program starts in the code folder even where that is empty.</summary>
    public bool StartsInCode { get; init; }
}

/// <summary>A file or folder that the child writes.</summary>
/// <param name="Name">For messages.</param>
/// <param name="LocalPath">Such as <c>/opt/ml/output/named/model</c>; it is rewritten to the job's own tree.</param>
/// <param name="Target">The prefix that receives a folder's files, or the object that receives a file.</param>
public sealed record FolderOutput(string Name, string LocalPath, ObjectLocation Target)
{
    /// <summary>Whether the folder is a mounted one: the child finds what lies below the target, and what it writes is stored while it runs. Otherwise it is stored at the end.</summary>
    public bool Mounted { get; init; }
}

/// <summary>The machine that the job asks for: it is billed as such, and told to the child.</summary>
public sealed record InstanceSpec(string Type = "ml.m5.large", int Count = 1, int VolumeGiB = 10);

/// <summary>Managed spot training.</summary>
/// <param name="MaxWait">Run and waiting time together.</param>
public sealed record SpotSpec(TimeSpan MaxWait);

/// <summary>A metric that is read out of the log by a regular expression with one group.</summary>
public sealed record MetricDefinition(string Name, string Regex);

/// <summary>A training job, cloud-neutral.</summary>
public sealed record TrainingSpec
{
    /// <summary>Unique over all clouds, given by the dialect, such as <c>aws/us-east-1/my-job</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose job it is; queues are fair between owners.</summary>
    public required string Owner { get; init; }
    /// <summary>The job's name as the user wrote it.</summary>
    public required string Name { get; init; }
    /// <summary>Region, for the meter.</summary>
    public string Region { get; init; } = "us-east-1";
    /// <summary>What to run.</summary>
    public required JobProgram Program { get; init; }
    /// <summary>Hyperparameters as the user wrote them (for scripts: <c>hyperparameters.json</c> and <c>SM_HP_*</c>).</summary>
    public IReadOnlyDictionary<string, string> HyperParameters { get; init; } = new Dictionary<string, string>();
    /// <summary>Inputs.</summary>
    public IReadOnlyList<ChannelSpec> Channels { get; init; } = [];
    /// <summary>The object that receives the packed model, such as <c>out/my-job/output/model.tar.gz</c>; null: none is kept.</summary>
    public ObjectLocation? ModelOutput { get; init; }
    /// <summary>The object that receives the packed <c>output/data</c> folder where the job wrote one.</summary>
    public ObjectLocation? DataOutput { get; init; }
    /// <summary>Files and folders that are stored as they are, however the child ends.</summary>
    public IReadOnlyList<FolderOutput> Outputs { get; init; } = [];
    /// <summary>Folders that the child finds made, in <c>/opt/ml</c>.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];
    /// <summary>The object that receives the child's lines, while it runs and at its end; null for none.</summary>
    public ObjectLocation? LogObject { get; init; }
    /// <summary>The prefix that checkpoints are synchronised with while the job runs; null for none.</summary>
    public ObjectLocation? Checkpoints { get; init; }
    /// <summary>The longest it may run.</summary>
    public TimeSpan MaxRunTime { get; init; } = TimeSpan.FromDays(1);
    /// <summary>Managed spot; null for on demand.</summary>
    public SpotSpec? Spot { get; init; }
    /// <summary>The machine asked for.</summary>
    public InstanceSpec Instance { get; init; } = new();
    /// <summary>Extra environment of the child.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>Where the owner's dialect answered when the job was written down, such as <c>http://127.0.0.1:4588</c>; a child that is started later finds in its environment where it answers then. Null: the environment names no such place.</summary>
    public string? Origin { get; init; }
    /// <summary>Metrics to read from the log, besides those that the catalogue's algorithms report themselves.</summary>
    public IReadOnlyList<MetricDefinition> Metrics { get; init; } = [];
    /// <summary>A file of metrics that the child keeps, a JSON object a line as cloudml-hypertune writes them, such as <c>/opt/ml/output/hypertune</c>; null for none.</summary>
    public string? MetricFile { get; init; }
    /// <summary>Where the child's lines go.</summary>
    public required LogStreamName Log { get; init; }
    /// <summary>Tags, for the meter.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
