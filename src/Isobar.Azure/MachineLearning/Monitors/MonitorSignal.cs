using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Monitors;

/// <summary>A value that a metric of a feature must not exceed.</summary>
/// <param name="IsNumerical">Whether it is for features of numbers, or for those of categories.</param>
internal sealed record MetricThreshold(bool IsNumerical, string Metric, double Value);

/// <summary>Data that a signal reads.</summary>
internal sealed record MonitorData(string Uri, bool IsFile, TimeSpan? Size, TimeSpan Offset, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>The time that is looked at, of a run that was due then.</summary>
    public (DateTimeOffset From, DateTimeOffset To) Window(DateTimeOffset due) =>
        Size is { } size ? (due - Offset - size, due - Offset) : (From ?? DateTimeOffset.MinValue, To ?? DateTimeOffset.MaxValue);
}

/// <summary>A signal of a monitor.</summary>
/// <param name="Features">Null: all.</param>
internal sealed record MonitorSignal(string Name, string Type, MonitorData Production, MonitorData Reference, IReadOnlyList<string>? Features, IReadOnlyList<MetricThreshold> Thresholds)
{
    public const string DataQuality = "DataQuality";
    private static readonly string[] Documented = ["DataDrift", "PredictionDrift", DataQuality, "FeatureAttributionDrift", "Custom", "ModelPerformance", "GenerationSafetyQuality", "GenerationTokenStatistics"];
    private static readonly string[] Built = ["DataDrift", "PredictionDrift", DataQuality];

    /// <summary>Reads the signals of a monitor's definition.</summary>
    public static IReadOnlyList<MonitorSignal> ReadAll(JsonObject definition)
    {
        const string Field = "properties.action.monitorDefinition.signals";
        var signals = definition.RequiredObject("signals", "properties.action.monitorDefinition");
        if (signals.Count == 0) throw ArmFault.Invalid(Field, "{}", "needs at least one signal");
        return [.. signals.Select(s => Read(s.Key, s.Value as JsonObject ?? throw ArmFault.Invalid($"{Field}.{s.Key}", s.Value?.ToJsonString(), "must be an object with signalType"), $"{Field}.{s.Key}"))];
    }

    private static MonitorSignal Read(string name, JsonObject signal, string field)
    {
        var type = signal.OneOf("signalType", field, Documented);
        if (!Built.Contains(type)) throw ArmFault.Unsupported($"{field}: signals of type {type} are not supported here; {string.Join(", ", Built)} are.", field + ".signalType");
        if (signal["dataSegment"] is JsonObject) throw ArmFault.Unsupported($"{field}.dataSegment: signals look at all rows here.", field + ".dataSegment");
        if (signal["metricThresholds"] is not JsonArray { Count: > 0 } thresholds) throw ArmFault.Required(field + ".metricThresholds");
        return new MonitorSignal(name, type, Data(signal, "productionData", field), Data(signal, "referenceData", field), Subset(signal, field), [.. thresholds.Select(t => Threshold(t, type, field + ".metricThresholds"))]);
    }

    private static MonitorData Data(JsonObject signal, string name, string parent)
    {
        var field = $"{parent}.{name}";
        var data = signal.RequiredObject(name, parent);
        var isFile = data.OneOf("jobInputType", field, "uri_file", "uri_folder", "mltable") == "uri_file";
        if (data.Text("preprocessingComponentId", field) is { Length: > 0 } component) throw ArmFault.Unsupported($"{field}.preprocessingComponentId is '{component}': data is read as it was collected (JSON lines), or as CSV with a header.", field + ".preprocessingComponentId");
        var uri = data.RequiredText("uri", field);
        return data.OneOf("inputDataType", field, "Fixed", "Rolling", "Static") switch
        {
            "Rolling" => new MonitorData(uri, isFile, data.Duration("windowSize", field) ?? throw ArmFault.Required(field + ".windowSize"), data.Duration("windowOffset", field) ?? TimeSpan.Zero, null, null),
            "Static" => new MonitorData(uri, isFile, null, TimeSpan.Zero, Time(data, "windowStart", field), Time(data, "windowEnd", field)),
            _ => new MonitorData(uri, isFile, null, TimeSpan.Zero, null, null),
        };
    }

    private static DateTimeOffset Time(JsonObject data, string name, string field) =>
        DateTimeOffset.TryParse(data.RequiredText(name, field), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : throw ArmFault.Invalid($"{field}.{name}", data.Text(name, field), "must be a time in ISO 8601");

    private static IReadOnlyList<string>? Subset(JsonObject signal, string parent)
    {
        if (signal.Object("features", parent) is not { } features) return null;
        var field = parent + ".features";
        var filter = features.OneOf("filterType", field, "AllFeatures", "FeatureSubset", "TopNByAttribution");
        if (filter == "TopNByAttribution") throw ArmFault.Unsupported($"{field}: features are not ordered by attribution here; name them in a FeatureSubset.", field + ".filterType");
        if (filter == "AllFeatures") return null;
        return features["features"] is JsonArray { Count: > 0 } named ? [.. named.Select(f => f?.ToString() ?? "")] : throw ArmFault.Required(field + ".features");
    }

    private static MetricThreshold Threshold(JsonNode? node, string type, string field)
    {
        var threshold = node as JsonObject ?? throw ArmFault.Invalid(field, node?.ToJsonString(), "must be objects with dataType, metric and threshold");
        var isNumerical = threshold.OneOf("dataType", field, "Numerical", "Categorical") == "Numerical";
        var metric = threshold.OneOf("metric", field, type == DataQuality ? SignalMetrics.Quality : isNumerical ? SignalMetrics.Numerical : SignalMetrics.Categorical);
        return threshold.Object("threshold", field)?["value"] switch
        {
            null => new MetricThreshold(isNumerical, metric, SignalMetrics.Usual(metric)),
            JsonValue value when value.GetValueKind() == JsonValueKind.Number => new MetricThreshold(isNumerical, metric, value.GetValue<double>()),
            var other => throw ArmFault.Invalid(field + ".threshold.value", other.ToJsonString(), "must be a number"),
        };
    }
}
