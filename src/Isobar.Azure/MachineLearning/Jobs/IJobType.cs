using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>A job that is about to be kept.</summary>
/// <param name="Id">Its id in ARM.</param>
/// <param name="Properties">As the writer sent them, with defaults.</param>
/// <param name="Origin">Where the writer reaches this emulator.</param>
internal sealed record JobDraft(MlWorkspace Workspace, ArmId Id, JsonObject Properties, string Origin, CancellationToken Ct)
{
    public string Name => Id.Name;

    /// <summary>Its id in the engine.</summary>
    public string EngineId => JobNames.Engine(Id);
}

/// <summary>Where a job stands.</summary>
/// <param name="Status">Of Azure's words: NotStarted, Queued, Preparing, Running, Finalizing, CancelRequested, Completed, Failed, Canceled, ….</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record JobStanding(string Status, Error? Failure = null)
{
    public DateTimeOffset? Started { get; init; }
    public DateTimeOffset? Ended { get; init; }
    /// <summary>The job with what its end has added to it; null: as it was.</summary>
    public ArmResource? Job { get; init; }
}

/// <summary>A type of job: how it is checked, started, read, canceled and forgotten. A new type is one class and one line of registration.</summary>
internal interface IJobType
{
    /// <summary>The value of <c>jobType</c>, such as <c>Command</c>.</summary>
    string Name { get; }

    /// <summary>Refuses what is not as documented, completes the properties, and gives what starts the job once it is kept.</summary>
    Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft);

    Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct);

    Task CancelAsync(ArmResource job, CancellationToken ct);

    /// <summary>Drops what the engine holds of a job, ending it first where it runs.</summary>
    Task ReleaseAsync(ArmResource job, CancellationToken ct);
}

/// <summary>A type of job that only the service itself starts, as an endpoint does.</summary>
internal interface IStartedJobType : IJobType
{
    /// <summary>The <c>jobType</c> under which the service shows it.</summary>
    string Shown { get; }
}

/// <summary>Names of jobs.</summary>
internal static class JobNames
{
    /// <summary>How a job stands that is kept and that nothing runs yet.</summary>
    public const string NotStarted = "NotStarted";

    public const string Plural = "jobs";
    /// <summary>The property that names the job which started this one.</summary>
    public const string Parent = "parentJobName";
    public static readonly string Type = Ml.TypeOf(Plural);
    public static readonly string[] Final = ["Completed", "Failed", "Canceled"];

    public static string Engine(ArmId id) => "azure" + id.Key;

    /// <summary>What a run logs lies here in the default datastore.</summary>
    public static string Artifacts(string job) => $"ExperimentRun/dcid.{job}/";

    public static string Log(string job) => Artifacts(job) + "user_logs/std_log.txt";
}
