using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Tracking;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>How a job is shown: as it was asked for, with its state.</summary>
internal sealed class JobKind(JobTypes types, ITrackingStore tracking) : IArmKind
{
    public string Type => JobNames.Type;

    public async Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        var standing = await types.Of(resource).ReadAsync(resource, ct).ConfigureAwait(false);
        var shown = (standing.Job ?? resource).Show();
        var properties = (JsonObject)shown["properties"]!;
        properties["status"] = standing.Status;
        var facts = properties["properties"] as JsonObject ?? [];
        if (standing.Started is { } started) facts["StartTimeUtc"] = started.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        if (standing.Ended is { } ended) facts["EndTimeUtc"] = ended.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        if (standing.Failure is { } failure) facts["error"] = failure.Message;
        properties["properties"] = facts.Parent is null ? facts : facts.DeepClone();
        return new ArmView(shown, standing.Failure);
    }

    public async Task ReleaseAsync(ArmResource resource, CancellationToken ct)
    {
        await types.Of(resource).ReleaseAsync(resource, ct).ConfigureAwait(false);
        await tracking.ForgetRunAsync(resource.Path.Parent.Key, resource.Name, ct).ConfigureAwait(false);
    }
}
