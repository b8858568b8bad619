using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>A request to a model, read whole, so that it can be asked again elsewhere; it outlives the caller's connection.</summary>
internal sealed class PredictionCall
{
    /// <summary>The body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
    /// <summary>MIME type of the body.</summary>
    public required string ContentType { get; init; }
    /// <summary>MIME type wanted back; null: the model's own choice.</summary>
    public string? Accept { get; init; }
    /// <summary>The caller's other headers that an address gets too.</summary>
    public KeyValuePair<string, StringValues>[] Headers { get; init; } = [];
    /// <summary>The span that the backend's hang below; null where nobody traces.</summary>
    public string? TraceParent { get; init; }
    /// <summary>Whether it may reach a backend twice.</summary>
    public bool Repeatable { get; init; } = true;
    /// <summary>The key of sticky requests; null for none.</summary>
    public string? StickyKey { get; init; }
    /// <summary>The timestamp by which it must be answered.</summary>
    public required long Deadline { get; init; }
    /// <summary>Whether the caller set the deadline, and the backend is to know it.</summary>
    public DateTimeOffset? CallersDeadline { get; init; }
}
