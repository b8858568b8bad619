using System.Text.Json.Nodes;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Aws.SageMaker.Monitoring.Reports;

/// <summary>statistics.json: the sketch is written whole, so that drift is measured against the data and not against ten buckets.</summary>
internal static class StatisticsFile
{
    private const int Buckets = 10;
    private const int MaxCategories = 1000;

    public static JsonObject Write(DatasetStatistics statistics) => new()
    {
        ["version"] = 0.0,
        ["dataset"] = new JsonObject { ["item_count"] = statistics.Rows },
        ["features"] = new JsonArray([.. statistics.Features.Select(Feature)]),
    };

    public static DatasetStatistics Read(JsonNode root) => new(
        root["dataset"]!["item_count"]!.GetValue<long>(),
        [.. root["features"]!.AsArray().Select(f => Feature(f!))]);

    private static JsonObject Feature(FeatureStatistics feature)
    {
        var written = new JsonObject { ["name"] = feature.Name, ["inferred_type"] = feature.Type.ToString() };
        var common = new JsonObject { ["num_present"] = feature.Present, ["num_missing"] = feature.Missing };
        if (feature.Numbers is { } numbers)
        {
            written["numerical_statistics"] = new JsonObject
            {
                ["common"] = common, ["mean"] = numbers.Mean, ["sum"] = numbers.Sum, ["std_dev"] = numbers.StdDev, ["min"] = numbers.Min, ["max"] = numbers.Max,
                ["distribution"] = new JsonObject { ["kll"] = Sketch(numbers) },
            };
        }
        else
        {
            written["string_statistics"] = new JsonObject
            {
                ["common"] = common, ["distinct_count"] = feature.Distinct,
                ["distribution"] = new JsonObject
                {
                    ["categorical"] = new JsonObject { ["buckets"] = new JsonArray([.. (feature.Categories ?? []).Take(MaxCategories).Select(c => new JsonObject { ["value"] = c.Value, ["count"] = c.Count })]) },
                },
            };
        }
        return written;
    }

    private static JsonObject Sketch(NumberStatistics numbers)
    {
        var width = (numbers.Max - numbers.Min) / Buckets;
        var edges = Enumerable.Range(0, Buckets + 1).Select(i => i == Buckets ? numbers.Max : numbers.Min + i * width).ToArray();
        var below = edges.Select((e, i) => i == 0 ? 0 : i == Buckets ? 1 : numbers.Sketch.Cdf(Math.BitDecrement(e))).ToArray();
        return new JsonObject
        {
            ["buckets"] = new JsonArray([.. Enumerable.Range(0, Buckets).Select(i => new JsonObject
            {
                ["lower_bound"] = edges[i], ["upper_bound"] = edges[i + 1], ["count"] = Math.Round((below[i + 1] - below[i]) * numbers.Sketch.Count),
            })]),
            ["sketch"] = new JsonObject
            {
                ["parameters"] = new JsonObject { ["c"] = QuantileSketch.Shrink, ["k"] = (double)QuantileSketch.K },
                ["data"] = new JsonArray([.. numbers.Sketch.Levels.Select(l => new JsonArray([.. l.Select(v => JsonValue.Create(v))]))]),
            },
        };
    }

    private static FeatureStatistics Feature(JsonNode written)
    {
        var type = Enum.TryParse<FeatureType>(written["inferred_type"]?.GetValue<string>(), out var known) ? known : FeatureType.Unknown;
        var (numbers, texts) = (written["numerical_statistics"], written["string_statistics"]);
        var common = (numbers ?? texts)?["common"];
        var categories = texts?["distribution"]?["categorical"]?["buckets"]?.AsArray().Select(b => (b!["value"]!.GetValue<string>(), (long)b["count"]!.GetValue<double>())).ToList();
        return new FeatureStatistics
        {
            Name = written["name"]!.GetValue<string>(), Type = type,
            Present = (long)(common?["num_present"]?.GetValue<double>() ?? 0), Missing = (long)(common?["num_missing"]?.GetValue<double>() ?? 0),
            Distinct = (long)(texts?["distinct_count"]?.GetValue<double>() ?? 0),
            Categories = categories,
            Numbers = numbers?["distribution"]?["kll"]?["sketch"]?["data"] is JsonArray data
                ? new NumberStatistics(Number(numbers, "mean"), Number(numbers, "sum"), Number(numbers, "std_dev"), Number(numbers, "min"), Number(numbers, "max"),
                    new QuantileSketch(data.Select(l => l!.AsArray().Select(v => v!.GetValue<double>()))))
                : null,
        };
    }

    private static double Number(JsonNode node, string name) => node[name]?.GetValue<double>() ?? double.NaN;
}
