using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>A request to ARM.</summary>
/// <param name="http">The request.</param>
/// <param name="id">The resource that its path names; for an action, the resource that it acts on; for a listing, the parent.</param>
/// <param name="apiVersion">As the caller gave it.</param>
internal sealed class ArmCall(HttpContext http, ArmId id, string apiVersion)
{
    private bool _unconditional;

    private const int MaxBody = 4 << 20;

    public HttpContext Http { get; } = http;
    public ArmId Id { get; } = id;
    public string ApiVersion { get; } = apiVersion;
    public CancellationToken Ct => Http.RequestAborted;

    /// <summary>Where the caller reaches this emulator.</summary>
    public string Origin => $"{Http.Request.Scheme}://{Http.Request.Host}";

    public ArmActor Actor => BearerToken.Actor(Http.Request.Headers.Authorization.ToString());

    /// <summary>The same request about another resource.</summary>
    public ArmCall At(ArmId id) => new(Http, id, ApiVersion) { _unconditional = _unconditional };

    /// <summary>The same request, for writes that its conditions do not concern.</summary>
    public ArmCall Unconditional() => new(Http, Id, ApiVersion) { _unconditional = true };

    public string? Query(string name) => Http.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>A name in the path, as the caller wrote it.</summary>
    public string Route(string name) => (string)Http.Request.RouteValues[name]!;

    /// <summary>Reads the body, which must be a JSON object; empty where an action sends none.</summary>
    public async Task<JsonObject> BodyAsync(bool required = true)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = await Http.Request.Body.ReadAsync(chunk, Ct).ConfigureAwait(false)) > 0;)
        {
            if (buffer.Length + read > MaxBody) throw new ArmFault(413, "RequestEntityTooLarge", $"The body takes at most {MaxBody} bytes.");
            buffer.Write(chunk, 0, read);
        }
        if (buffer.Length == 0) return required ? throw new ArmFault(400, "InvalidRequestContent", "The request needs a JSON object as its body.") : [];
        try
        {
            // Duplicate names would only show when they are read; a lookup makes them known here.
            if (JsonNode.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) is JsonObject body && body.Count >= 0) return body;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new ArmFault(400, "InvalidRequestContent", $"The body is not valid JSON: {e.Message}");
        }
        throw new ArmFault(400, "InvalidRequestContent", "The body must be a JSON object.");
    }

    /// <summary>Refuses with 412 what If-Match and If-None-Match forbid.</summary>
    public void CheckConditions(ArmResource? current)
    {
        if (_unconditional) return;
        var match = Http.Request.Headers.IfMatch.ToString();
        var none = Http.Request.Headers.IfNoneMatch.ToString();
        if (match.Length > 0 && (current is null || match != "*" && !Tags(match).Contains(current.ETag))) throw Failed("If-Match", match);
        if (none.Length > 0 && current is not null && (none == "*" || Tags(none).Contains(current.ETag))) throw Failed("If-None-Match", none);

        ArmFault Failed(string header, string value) => new(412, "PreconditionFailed", $"{header} is {value}, and the resource {(current is null ? "does not exist" : $"has the ETag {current.ETag}")}.");

        static IEnumerable<string> Tags(string value) => value.Split(',', StringSplitOptions.TrimEntries).Select(t => t.StartsWith("W/", StringComparison.Ordinal) ? t[2..] : t);
    }
}
