using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Schedules;

/// <summary>What a schedule's action is given.</summary>
/// <param name="Id">The schedule's id.</param>
/// <param name="Action">The schedule's <c>action</c>.</param>
/// <param name="Origin">Where its writer reached this emulator.</param>
internal sealed record ScheduledAction(MlWorkspace Workspace, ArmId Id, JsonObject Action, string Origin, ArmActor Actor);

/// <summary>A type of action of a schedule. A new type is one class and one line of registration.</summary>
internal interface IScheduleAction
{
    /// <summary>The value of <c>actionType</c>, such as <c>CreateJob</c>.</summary>
    string Type { get; }

    /// <summary>Refuses what is not as documented, and adds the defaults.</summary>
    Task CheckAsync(ScheduledAction scheduled, CancellationToken ct);

    /// <summary>Does it, as the job of that name; one that is there already is the same turn's.</summary>
    Task FireAsync(ScheduledAction scheduled, ArmId job, DateTimeOffset due, CancellationToken ct);
}

/// <summary>Names of schedules.</summary>
internal static class ScheduleNames
{
    public const string Plural = "schedules", NameFact = "azureml.scheduleName";
    public static readonly string Type = Ml.TypeOf(Plural);

    public static string Engine(ArmId schedule) => "azure" + schedule.Key;

    /// <summary>The job of a turn is called after its schedule and the time.</summary>
    public static string Job(string schedule, DateTimeOffset due) => $"{schedule}-{due.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture)}";
}
