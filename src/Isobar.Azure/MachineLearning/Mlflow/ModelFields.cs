using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Where the fields that only MLflow knows lie in the assets of Azure Machine Learning.</summary>
internal static class ModelFields
{
    /// <summary>Before an alias, among the properties of a container.</summary>
    public const string Alias = "mlflow.alias.";
    /// <summary>The source that a version was registered from, among its properties.</summary>
    public const string Source = "mlflow.modelSourceUri";

    public static JsonObject Map(JsonObject properties, string name)
    {
        if (properties[name] is not JsonObject map) properties[name] = map = [];
        return map;
    }

    public static IEnumerable<KeyValuePair<string, string>> Tags(ArmResource resource) => Texts(resource, "tags");

    public static IEnumerable<(string Alias, string Version)> Aliases(ArmResource container) =>
        Texts(container, "properties").Where(p => p.Key.StartsWith(Alias, StringComparison.Ordinal)).Select(p => (p.Key[Alias.Length..], p.Value)).OrderBy(a => a.Item1, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> Texts(ArmResource resource, string name) =>
        (resource.Properties[name] as JsonObject ?? []).Where(t => t.Value is JsonValue).Select(t => KeyValuePair.Create(t.Key, t.Value!.ToString()));
}
