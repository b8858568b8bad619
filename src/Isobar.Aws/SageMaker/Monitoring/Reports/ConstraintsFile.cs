using System.Text.Json.Nodes;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Aws.SageMaker.Monitoring.Reports;

/// <summary>constraints.json of a data baseline; users edit it by hand, so every part may be missing.</summary>
internal static class ConstraintsFile
{
    public static JsonObject Write(DataConstraints constraints) => new()
    {
        ["version"] = 0.0,
        ["features"] = new JsonArray([.. constraints.Features.Select(Feature)]),
        ["monitoring_config"] = new JsonObject
        {
            ["evaluate_constraints"] = OnOff(constraints.Evaluate),
            ["emit_metrics"] = OnOff(constraints.EmitMetrics),
            ["datatype_check_threshold"] = constraints.TypeThreshold,
            ["domain_content_threshold"] = constraints.DomainThreshold,
            ["distribution_constraints"] = new JsonObject
            {
                ["perform_comparison"] = OnOff(constraints.CompareDistributions),
                ["comparison_threshold"] = constraints.NumberDriftThreshold,
                ["comparison_method"] = constraints.Method.ToString(),
                ["categorical_comparison_threshold"] = constraints.CategoryDriftThreshold,
                ["categorical_drift_method"] = "LInfinity",
            },
        },
    };

    public static DataConstraints Read(JsonNode root)
    {
        var config = root["monitoring_config"];
        var drift = config?["distribution_constraints"];
        return new DataConstraints
        {
            Features = [.. root["features"]!.AsArray().Select(f => Feature(f!))],
            Evaluate = IsOn(config?["evaluate_constraints"]),
            EmitMetrics = IsOn(config?["emit_metrics"]),
            TypeThreshold = config?["datatype_check_threshold"]?.GetValue<double>() ?? 1,
            DomainThreshold = config?["domain_content_threshold"]?.GetValue<double>() ?? 1,
            CompareDistributions = IsOn(drift?["perform_comparison"]),
            NumberDriftThreshold = drift?["comparison_threshold"]?.GetValue<double>() ?? 0.1,
            CategoryDriftThreshold = drift?["categorical_comparison_threshold"]?.GetValue<double>() ?? drift?["comparison_threshold"]?.GetValue<double>() ?? 0.1,
            Method = drift?["comparison_method"]?.GetValue<string>() == "Simple" ? DriftMethod.Simple : DriftMethod.Robust,
        };
    }

    private static JsonObject Feature(FeatureConstraints feature)
    {
        var written = new JsonObject { ["name"] = feature.Name, ["inferred_type"] = feature.Type.ToString(), ["completeness"] = feature.Completeness };
        if (feature.Type is FeatureType.Integral or FeatureType.Fractional) written["num_constraints"] = new JsonObject { ["is_non_negative"] = feature.NonNegative };
        if (feature.Domain is { } domain) written["string_constraints"] = new JsonObject { ["domains"] = new JsonArray([.. domain.Select(d => JsonValue.Create(d))]) };
        return written;
    }

    private static FeatureConstraints Feature(JsonNode written) => new()
    {
        Name = written["name"]!.GetValue<string>(),
        Type = Enum.TryParse<FeatureType>(written["inferred_type"]?.GetValue<string>(), out var type) ? type : FeatureType.Unknown,
        Completeness = written["completeness"]?.GetValue<double>() ?? 0,
        NonNegative = written["num_constraints"]?["is_non_negative"]?.GetValue<bool>() ?? false,
        Domain = written["string_constraints"]?["domains"] is JsonArray domain ? [.. domain.Select(d => d!.GetValue<string>())] : null,
        DriftThreshold = written["monitoring_config_overrides"]?["distribution_constraints"]?["comparison_threshold"]?.GetValue<double>(),
    };

    private static string OnOff(bool on) => on ? "Enabled" : "Disabled";

    private static bool IsOn(JsonNode? node) => node is null || node.GetValue<string>() == "Enabled";
}
