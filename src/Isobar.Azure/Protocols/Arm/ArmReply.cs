using System.Text.Json.Nodes;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>An answer of ARM.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON, or null for none.</param>
internal sealed record ArmReply(int Status, JsonNode? Body = null)
{
    public string? ETag { get; init; }

    /// <summary>The operation that goes on; its addresses are told in Azure-AsyncOperation and Location.</summary>
    public StoredOperation? Operation { get; init; }

    public static ArmReply Ok(JsonNode body) => new(200, body);

    public static ArmReply Ok(ArmView view, ArmResource resource) => new(200, view.Body) { ETag = resource.ETag };

    /// <summary>201 for what is new, 200 for what was replaced.</summary>
    public static ArmReply Put(ArmView view, ArmResource resource, bool isNew, StoredOperation? operation = null) => new(isNew ? 201 : 200, view.Body) { ETag = resource.ETag, Operation = operation };

    public static ArmReply Accepted(StoredOperation operation, JsonNode? body = null) => new(202, body) { Operation = operation };

    public static ArmReply Nothing { get; } = new(204);

    public static ArmReply Done { get; } = new(200);
}
