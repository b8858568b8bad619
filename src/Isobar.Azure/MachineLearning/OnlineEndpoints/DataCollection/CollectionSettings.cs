using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;

/// <summary>One collection of a deployment.</summary>
/// <param name="Rate">The share of requests that is kept, from 0 to 1.</param>
/// <param name="Place">The folder that receives it.</param>
internal sealed record Collected(double Rate, ObjectLocation Place);

/// <summary>What a deployment collects of its traffic. It travels with the variant, as a setting of its model: whoever observes an invocation has it at hand.</summary>
/// <param name="Rolling">How long one folder is written to: Year, Month, Day, Hour or Minute.</param>
internal sealed record CollectionSettings(IReadOnlyDictionary<string, Collected> Collections, string Rolling)
{
    public const string Inputs = "model_inputs", Outputs = "model_outputs", Request = "request", Response = "response";
    private const string Setting = "azureml.dataCollector", Field = "properties.dataCollector";
    private static readonly string[] Known = [Inputs, Outputs, Request, Response];
    private static readonly string[] Folders = ["yyyy", "MM", "dd", "HH", "mm"], Rates = ["Year", "Month", "Day", "Hour", "Minute"];

    /// <summary>Reads and completes <c>dataCollector</c> of a deployment; null where it collects nothing.</summary>
    /// <param name="root">Where collections without a data asset of their own lie.</param>
    /// <param name="resolve">The place of a data asset, by its id and the field that names it.</param>
    public static async Task<CollectionSettings?> ReadAsync(JsonObject properties, ObjectLocation root, Func<string, string, Task<ObjectLocation>> resolve)
    {
        if (properties.Object("dataCollector", "properties") is not { } collector) return null;
        if (collector["requestLogging"] is JsonObject { Count: > 0 }) throw ArmFault.Unsupported($"{Field}.requestLogging: headers are not collected here.", Field + ".requestLogging");
        var collected = new Dictionary<string, Collected>();
        foreach (var (name, node) in collector.RequiredObject("collections", Field))
        {
            var field = $"{Field}.collections.{name}";
            if (!Known.Contains(name)) throw ArmFault.Invalid(field, name, $"must be one of {string.Join(", ", Known)}: what code of one's own collects under other names is written by that code");
            var collection = node as JsonObject ?? throw ArmFault.Invalid(field, node?.ToJsonString(), "must be an object");
            var rate = collection["samplingRate"] switch
            {
                null => 1,
                JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is >= 0 and <= 1 and var given => given,
                var other => throw ArmFault.Invalid(field + ".samplingRate", other.ToJsonString(), "must be a number from 0 to 1"),
            };
            collection["samplingRate"] = rate;
            var place = collection.Text("dataId", field) is { Length: > 0 } data ? (await resolve(data, field + ".dataId").ConfigureAwait(false)).AsFolder() : root.Below(name + "/");
            if (collection.OneOf("dataCollectionMode", field, "Enabled", "Disabled") == "Enabled") collected[name] = new Collected(rate, place);
        }
        collector["rollingRate"] ??= "Hour";
        return new CollectionSettings(collected, collector.OneOf("rollingRate", Field, Rates)) is { Collections.Count: > 0 } settings ? settings : null;
    }

    public string Write() => new JsonObject
    {
        ["rolling"] = Rolling,
        ["collections"] = new JsonObject(Collections.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)new JsonObject { ["rate"] = c.Value.Rate, ["realm"] = c.Value.Place.Bucket.Realm, ["bucket"] = c.Value.Place.Bucket.Name, ["key"] = c.Value.Place.Key }))),
    }.ToJsonString();

    public IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> environment) => new Dictionary<string, string>(environment) { [Setting] = Write() };

    /// <summary>The settings of a variant; null where it collects nothing.</summary>
    public static CollectionSettings? Of(VariantSpec variant)
    {
        // An endpoint that was deployed by an earlier version has no collections in this form; its next change writes them.
        if (!variant.Model.Environment.TryGetValue(Setting, out var text) || JsonNode.Parse(text) is not JsonObject json || json["collections"] is not JsonObject collections) return null;
        return new CollectionSettings(collections.ToDictionary(c => c.Key, c => new Collected((double)c.Value!["rate"]!, new ObjectLocation(new BucketName((string)c.Value["realm"]!, (string)c.Value["bucket"]!), (string)c.Value["key"]!))), (string)json["rolling"]!);
    }

    /// <summary>The folder of a collection at a time: by the hour, <c>modelDataCollector/ENDPOINT/DEPLOYMENT/COLLECTION/yyyy/MM/dd/HH/</c>.</summary>
    public ObjectLocation Folder(string collection, DateTimeOffset time) =>
        Collections[collection].Place.Below(string.Join('/', Folders.Take(Array.IndexOf(Rates, Rolling) + 1).Select(f => time.UtcDateTime.ToString(f, CultureInfo.InvariantCulture))) + "/");
}
