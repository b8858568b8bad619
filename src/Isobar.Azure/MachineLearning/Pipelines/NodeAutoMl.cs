using System.Text.Json.Nodes;
using System.Xml;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>
/// A node that searches. Microsoft's Python client writes its settings flat and with underscores (<c>task</c>, <c>training_data</c>, <c>limits</c>, …);
/// as a job has them, in <c>taskDetails</c>, they are taken too. Its data is bound as inputs are.
/// </summary>
internal static class NodeAutoMl
{
    private static readonly (string Flat, string Named)[] Data = [("training_data", "trainingData"), ("validation_data", "validationData"), ("test_data", "testData")];
    private static readonly string[] Flat = ["log_verbosity", "primary_metric", "target_column_name", "validation_data_size", "weight_column_name", "cv_split_column_names", "test_data_size", "positive_label"];

    /// <summary>The node's data, as inputs of its step.</summary>
    public static JsonObject Inputs(JsonObject node, Bindings bindings, string field, ISet<string> needs)
    {
        var inputs = new JsonObject();
        var details = node.Object("taskDetails", field);
        foreach (var (flat, named) in Data)
            if ((details?[named] ?? node[flat]) is { } data) inputs[flat] = bindings.Input(data, $"{field}.{(details is null ? flat : "taskDetails." + named)}", needs);
        return inputs;
    }

    /// <summary>The node's settings as <c>taskDetails</c>, without its data.</summary>
    public static JsonObject Details(JsonObject node, string field)
    {
        if (node.Object("taskDetails", field) is { } given)
        {
            var own = (JsonObject)given.DeepClone();
            foreach (var (_, named) in Data) own.Remove(named);
            return own;
        }
        var details = new JsonObject { ["taskType"] = node.RequiredText("task", field).Replace("_", "", StringComparison.Ordinal) };
        foreach (var name in Flat)
            if (node[name] is { } value) details[NodeJob.Camel(name)] = value.DeepClone();
        if (node["n_cross_validations"] is { } folds) details["nCrossValidations"] = Chosen(folds);
        if (node.Object("limits", field) is { } limits) details["limitSettings"] = Limits(limits, field + ".limits");
        if (node.Object("featurization", field) is { } featurization) details["featurizationSettings"] = NodeJob.Camel(featurization);
        if (node.Object("training", field) is { } training) details["trainingSettings"] = NodeJob.Camel(training);
        if (node.Object("forecasting", field) is { } forecasting)
        {
            var settings = NodeJob.Camel(forecasting);
            if (settings["forecastHorizon"] is JsonValue horizon) settings["forecastHorizon"] = Chosen(horizon);
            if (settings["timeSeriesIdColumnNames"] is JsonValue one) settings["timeSeriesIdColumnNames"] = new JsonArray(one.DeepClone());
            details["forecastingSettings"] = settings;
        }
        return details;
    }

    /// <summary>The details with the data that has come by the time that the node begins.</summary>
    public static JsonObject Details(PipelineStep step, JsonObject arguments)
    {
        var details = (JsonObject)step.Data!["taskDetails"]!.DeepClone();
        foreach (var (flat, named) in Data)
            if (arguments[flat] is JsonObject data) details[named] = new JsonObject { ["jobInputType"] = data["jobInputType"]?.DeepClone(), ["uri"] = data["uri"]?.DeepClone() };
        return details;
    }

    private static JsonObject Chosen(JsonNode value) => Expressions.Text(value) is "auto" or "Auto" ? new JsonObject { ["mode"] = "Auto" } : new JsonObject { ["mode"] = "Custom", ["value"] = value.DeepClone() };

    // Minutes there, lengths of time here.
    private static JsonObject Limits(JsonObject limits, string field)
    {
        var made = new JsonObject();
        foreach (var (name, value) in limits)
        {
            var minutes = name.EndsWith("_minutes", StringComparison.Ordinal);
            var length = minutes && limits.Whole(name, field, 1, 60 * 24 * 7) is { } given ? (JsonNode)XmlConvert.ToString(TimeSpan.FromMinutes(given)) : value?.DeepClone();
            made[NodeJob.Camel(minutes ? name[..^"_minutes".Length] : name)] = length;
        }
        return made;
    }
}
