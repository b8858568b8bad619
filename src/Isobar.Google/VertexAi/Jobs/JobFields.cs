using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Jobs;

/// <summary>What a filter may name of a job, of whichever kind.</summary>
internal static class JobFields
{
    public static string? Read(string path, string displayName, JobState state, Timestamp created, Timestamp updated, MapField<string, string> labels) => path switch
    {
        "display_name" or "displayName" => displayName,
        "state" => "JOB_STATE_" + state.ToString().ToUpperInvariant(),
        "create_time" or "createTime" => created.ToDateTimeOffset().ToString("O"),
        "update_time" or "updateTime" => updated.ToDateTimeOffset().ToString("O"),
        _ when path.StartsWith("labels.", StringComparison.Ordinal) => labels.TryGetValue(path[7..], out var label) ? label : null,
        _ => null,
    };
}
