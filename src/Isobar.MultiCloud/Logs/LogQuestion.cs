using System.Text.Json.Serialization;
using Isobar.Core.Results;

namespace Isobar.MultiCloud.Logs;

/// <summary>What is asked of the logs of all clouds.</summary>
public sealed record LogQuestion
{
    /// <summary>The most lines that one answer holds.</summary>
    public const int MostLines = 10_000;

    /// <summary>The project whose jobs and endpoints are read; null: those of the clouds, the newest of each.</summary>
    public string? Project { get; init; }
    /// <summary>A model of the project.</summary>
    public string? Model { get; init; }
    /// <summary>A cloud; null: all.</summary>
    public string? Cloud { get; init; }
    /// <summary>A job by its name in the cloud; of endpoints nothing is told then.</summary>
    public string? Job { get; init; }
    /// <summary>An endpoint by its name in the cloud; of jobs nothing is told then.</summary>
    public string? Endpoint { get; init; }
    /// <summary>Lines from then on; null: from the beginning.</summary>
    public DateTimeOffset? Since { get; init; }
    /// <summary>A text that lines contain, upper or lower case.</summary>
    public string? Contains { get; init; }
    /// <summary>The newest so many lines, 1 to 10,000. Default 1,000.</summary>
    public int Limit { get; init; } = 1000;
}

/// <summary>What wrote a line.</summary>
public enum LogKind
{
    /// <summary>A training job.</summary>
    Job,
    /// <summary>The models of an endpoint.</summary>
    Endpoint,
    /// <summary>The control plane, of what it did in the cloud.</summary>
    Control,
}

/// <summary>A line of a cloud's log.</summary>
/// <param name="Cloud">Where it was written.</param>
/// <param name="Source">The job or the endpoint that wrote it; <c>control</c>: the control plane.</param>
/// <param name="Project">Whose job or endpoint it is, where a manifest's.</param>
public sealed record CloudLogLine(DateTimeOffset Time, string? Cloud, LogKind Kind, string Source, string Text, string? Project = null, string? Model = null);

/// <summary>A log that could not be read.</summary>
/// <param name="Source">The job or the endpoint; null: the cloud's list of them.</param>
public sealed record UnreadLog(string Cloud, string? Source, ErrorCode Code, string Why);

/// <summary>The lines of all clouds, oldest first, and what could not be read.</summary>
/// <param name="More">Whether there are older lines than the limit let through.</param>
/// <param name="Unread">Logs that are not in it, or not whole.</param>
public sealed record CloudLogs(IReadOnlyList<CloudLogLine> Lines, bool More, IReadOnlyList<UnreadLog> Unread);

/// <summary>Contracts of logs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CloudLogs))]
[JsonSerializable(typeof(CloudLogLine))]
public sealed partial class LogsJson : JsonSerializerContext;
