using System.Text.Json.Serialization;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Monitoring;

/// <summary>One comparison of what an endpoint was asked with what its model was trained on.</summary>
/// <param name="Due">When it was due.</param>
/// <param name="State">Where it stands, such as <c>Completed</c> or <c>Failed</c>.</param>
/// <param name="Drifted">Whether the data differ by more than they may; null while that is not known.</param>
/// <param name="Columns">The columns that differ, where the report names them.</param>
/// <param name="Reason">Why it failed.</param>
public sealed record WatchRun(DateTimeOffset Due, string State, bool? Drifted, IReadOnlyList<string>? Columns = null, string? Reason = null);

/// <summary>How the data of a model are watched in one cloud.</summary>
/// <param name="Version">The version that answers, whose training data are the baseline.</param>
/// <param name="Mended">Which deployment of it: a schedule of some clouds is bound to one.</param>
/// <param name="Phase"><see cref="Phase.Running"/> while the baseline is learned, <see cref="Phase.Done"/> once the schedule stands.</param>
/// <param name="Attempt">From 1; names in the clouds hold it.</param>
/// <param name="Baseline">The job that learns the baseline.</param>
/// <param name="Schedule">The schedule's name in the cloud.</param>
/// <param name="EveryHours">Hours between its runs.</param>
/// <param name="Checked">When the cloud was last asked.</param>
/// <param name="Runs">The newest runs, newest first.</param>
/// <param name="Asked">How often somebody has asked for a comparison now.</param>
/// <param name="Once">The schedule of a comparison that was asked for and is under way.</param>
/// <param name="Compared">Which of those asked for was begun last.</param>
public sealed record WatchStanding(
    string Project, string Model, string Cloud, string Endpoint, int Version, int Mended, Phase Phase, int Attempt, int EveryHours, DateTimeOffset Checked,
    string? Baseline = null, string? Schedule = null, string? Reason = null, IReadOnlyList<WatchRun>? Runs = null, int Asked = 0, string? Once = null, int Compared = 0)
{
    /// <summary>The newest run that came to an end.</summary>
    [JsonIgnore]
    public WatchRun? Last => Runs?.FirstOrDefault(r => r.Drifted is not null);
}

/// <summary>Contracts of what is watched.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WatchStanding))]
[JsonSerializable(typeof(IReadOnlyList<WatchStanding>))]
public sealed partial class WatchJson : JsonSerializerContext;

internal static class WatchKinds
{
    public static readonly Kind<WatchStanding> Watches = new("control.watches", WatchJson.Default.WatchStanding);
}
