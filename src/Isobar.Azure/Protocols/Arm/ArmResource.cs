using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>A resource as it is stored. What a field of a later api-version means is not known here, and not lost either.</summary>
internal sealed record ArmResource
{
    /// <summary>As its creator wrote it.</summary>
    public required string Id { get; init; }
    public required string Type { get; init; }
    /// <summary>The writer's fields beside id, name and type: location, tags, kind, sku, identity, properties. Never changed in place.</summary>
    public required JsonObject Body { get; init; }
    /// <summary>What is never shown with the resource, such as keys.</summary>
    public JsonObject? Secrets { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Modified { get; init; }
    public ArmActor CreatedBy { get; init; } = ArmActor.Unknown;
    public ArmActor ModifiedBy { get; init; } = ArmActor.Unknown;

    [JsonIgnore]
    public long Version { get; init; }

    [JsonIgnore]
    public ArmId Path => ArmId.Parse(Id);

    [JsonIgnore]
    public string Name => Id[(Id.LastIndexOf('/') + 1)..];

    [JsonIgnore]
    public string ETag => $"\"{Version:x16}\"";

    /// <summary>A property; empty where there is none.</summary>
    [JsonIgnore]
    public JsonObject Properties => Body["properties"] as JsonObject ?? [];

    [JsonIgnore]
    public string? Location => (string?)Body["location"];

    /// <summary>The resource as ARM shows it, as a copy that its kind may add to.</summary>
    public JsonObject Show()
    {
        var shown = new JsonObject { ["id"] = Id, ["name"] = Name, ["type"] = Type };
        foreach (var (name, value) in Body) shown[name] = value?.DeepClone();
        shown["systemData"] = new JsonObject
        {
            ["createdAt"] = Created,
            ["createdBy"] = CreatedBy.Name,
            ["createdByType"] = CreatedBy.Type,
            ["lastModifiedAt"] = Modified,
            ["lastModifiedBy"] = ModifiedBy.Name,
            ["lastModifiedByType"] = ModifiedBy.Type,
        };
        return shown;
    }

    /// <summary>The resource with other properties.</summary>
    public ArmResource With(Action<JsonObject> changeProperties)
    {
        var body = (JsonObject)Body.DeepClone();
        if (body["properties"] is not JsonObject properties) body["properties"] = properties = [];
        changeProperties(properties);
        return this with { Body = body };
    }
}

/// <summary>Who did something.</summary>
/// <param name="Type"><c>User</c> or <c>Application</c>.</param>
internal sealed record ArmActor(string Name, string Type)
{
    public static ArmActor Unknown { get; } = new("isobar", "User");
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ArmResource))]
[JsonSerializable(typeof(StoredOperation))]
internal sealed partial class ArmJson : JsonSerializerContext;
