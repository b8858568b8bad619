using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;

/// <summary>What a deployment collects of its traffic. It travels with the variant, as a setting of its model: whoever observes an invocation has it at hand.</summary>
/// <param name="Rates">By collection, from 0 to 1.</param>
internal sealed record CollectionSettings(IReadOnlyDictionary<string, double> Rates, ObjectLocation Root)
{
    public const string Inputs = "model_inputs", Outputs = "model_outputs", Request = "request", Response = "response";
    private const string Setting = "azureml.dataCollector", Field = "properties.dataCollector";
    private static readonly string[] Known = [Inputs, Outputs, Request, Response];

    /// <summary>Reads and completes <c>dataCollector</c> of a deployment; null where it collects nothing.</summary>
    public static CollectionSettings? Read(JsonObject properties, ObjectLocation root)
    {
        if (properties.Object("dataCollector", "properties") is not { } collector) return null;
        var rates = new Dictionary<string, double>();
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
            if (collection.OneOf("dataCollectionMode", field, "Enabled", "Disabled") == "Enabled") rates[name] = rate;
        }
        collector["rollingRate"] ??= "Hour";
        return rates.Count == 0 ? null : new CollectionSettings(rates, root);
    }

    public string Write() => new JsonObject
    {
        ["realm"] = Root.Bucket.Realm,
        ["bucket"] = Root.Bucket.Name,
        ["key"] = Root.Key,
        ["rates"] = new JsonObject(Rates.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)JsonValue.Create(r.Value)))),
    }.ToJsonString();

    public IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> environment) => new Dictionary<string, string>(environment) { [Setting] = Write() };

    /// <summary>The settings of a variant; null where it collects nothing.</summary>
    public static CollectionSettings? Of(VariantSpec variant)
    {
        if (!variant.Model.Environment.TryGetValue(Setting, out var text) || JsonNode.Parse(text) is not JsonObject json) return null;
        return new CollectionSettings(((JsonObject)json["rates"]!).ToDictionary(r => r.Key, r => (double)r.Value!), new ObjectLocation(new BucketName((string)json["realm"]!, (string)json["bucket"]!), (string)json["key"]!));
    }

    /// <summary>The file of a collection for an hour: <c>modelDataCollector/ENDPOINT/DEPLOYMENT/COLLECTION/yyyy/MM/dd/HH/</c>.</summary>
    public ObjectLocation Folder(string collection, DateTimeOffset time) => Root.Below($"{collection}/{time.UtcDateTime.ToString("yyyy'/'MM'/'dd'/'HH", CultureInfo.InvariantCulture)}/");
}
