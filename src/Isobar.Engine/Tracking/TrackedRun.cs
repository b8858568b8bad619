namespace Isobar.Engine.Tracking;

/// <summary>Where a tracked run stands.</summary>
public enum TrackedState
{
    /// <summary>Under way.</summary>
    Running,
    /// <summary>Waiting to begin.</summary>
    Scheduled,
    /// <summary>Ended well.</summary>
    Finished,
    /// <summary>Ended without success.</summary>
    Failed,
    /// <summary>Ended on request.</summary>
    Killed,
}

/// <summary>A set of runs that are compared with each other.</summary>
public sealed record Experiment
{
    /// <summary>The name space it lies in, such as a workspace's id; given by the dialect.</summary>
    public required string Scope { get; init; }
    /// <summary>Unique in its scope.</summary>
    public required string Id { get; init; }
    /// <summary>Unique in its scope.</summary>
    public required string Name { get; init; }
    /// <summary>Where its runs' artifacts lie, where the user chose it.</summary>
    public string? ArtifactLocation { get; init; }
    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset Updated { get; init; }
    /// <summary>Whether it is marked as deleted.</summary>
    public bool IsDeleted { get; init; }
    /// <summary>The user's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>A run of somebody's code, with what it was given and what it said of itself. Its metrics grow without end and lie beside it.</summary>
public sealed record TrackedRun
{
    /// <summary>The scope of its experiment.</summary>
    public required string Scope { get; init; }
    /// <summary>Unique in its scope.</summary>
    public required string Id { get; init; }
    /// <summary>The experiment it belongs to.</summary>
    public required string ExperimentId { get; init; }
    /// <summary>For people.</summary>
    public string Name { get; init; } = "";
    /// <summary>Who runs it.</summary>
    public string User { get; init; } = "";
    /// <summary>Where it stands.</summary>
    public TrackedState State { get; init; }
    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }
    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }
    /// <summary>Whether it is marked as deleted.</summary>
    public bool IsDeleted { get; init; }
    /// <summary>What it was given; each is written once.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();
    /// <summary>The user's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    /// <summary>Descriptions of the data sets that it read, as the dialect writes them.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];
}

/// <summary>A value of a metric of a run.</summary>
public sealed record TrackedMetric(string Name, double Value, DateTimeOffset Time, long Step);
