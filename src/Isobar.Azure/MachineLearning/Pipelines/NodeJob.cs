using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>A node as the job that runs it.</summary>
internal static class NodeJob
{
    public static string Type(PipelineStep step) => Expressions.Text(step.Data?["type"]) switch { PipelineCompiler.Sweep => "Sweep", PipelineCompiler.AutoMl => "AutoML", _ => "Command" };

    public static JsonObject Of(PipelineStep step, JsonObject arguments, PipelineFacts facts)
    {
        var (data, component) = (step.Data as JsonObject ?? [], step.Data?["component"] as JsonObject ?? []);
        var job = new JsonObject
        {
            ["jobType"] = Type(step),
            ["displayName"] = Expressions.Text(data["displayName"]) is { Length: > 0 } told ? told : step.Name,
            ["experimentName"] = facts.Experiment,
            ["computeId"] = data["compute"]?.DeepClone(),
            ["inputs"] = new JsonObject(arguments.Where(a => a.Value is not null).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)Input(a.Value!)))),
            ["outputs"] = data["outputs"]?.DeepClone() ?? new JsonObject(),
            ["tags"] = data["tags"]?.DeepClone() ?? new JsonObject(),
            ["properties"] = new JsonObject { ["azureml.runsource"] = "azureml.StepRun", ["azureml.pipelinerunid"] = facts.Id.Name, ["azureml.nodeid"] = step.Name },
            [JobNames.Parent] = facts.Id.Name,
        };
        if (Type(step) == "AutoML")
        {
            job.Remove("inputs");
            job["taskDetails"] = NodeAutoMl.Details(step, arguments);
            if (data["resources"] is JsonObject machine) job["resources"] = Camel(machine);
            return job;
        }
        var program = Type(step) == "Sweep" ? new JsonObject() : job;
        program["command"] = Command(component, arguments);
        if (component["code"] is { } code) program["codeId"] = code.DeepClone();
        program["environmentId"] = component["environment"] is JsonValue environment ? environment.DeepClone() : "azureml:isobar-pipeline:1";
        if ((data["environmentVariables"] ?? component["environment_variables"] ?? component["environmentVariables"]) is { } variables) program["environmentVariables"] = variables.DeepClone();
        foreach (var name in new[] { "resources", "limits" })
            if ((data[name] ?? component[name]) is JsonObject given) job[name] = Camel(given);
        if (!ReferenceEquals(program, job))
        {
            job["trial"] = program;
            foreach (var name in new[] { "objective", "searchSpace", "samplingAlgorithm", "earlyTermination" })
                if (data[name] is { } value) job[name] = value is JsonObject settings && name != "searchSpace" ? Camel(settings) : value.DeepClone();
        }
        return job;
    }

    // $[[ … ]] is there only where what it names is given.
    private static string Command(JsonObject component, JsonObject arguments)
    {
        var command = Expressions.Text(component["command"]);
        for (var at = command.IndexOf("$[[", StringComparison.Ordinal); at >= 0; at = command.IndexOf("$[[", StringComparison.Ordinal))
        {
            var end = command.IndexOf("]]", at, StringComparison.Ordinal);
            if (end < 0) break;
            var part = command[(at + 3)..end];
            var absent = (component["inputs"] as JsonObject ?? []).Any(i => part.Contains($"inputs.{i.Key}}}}}", StringComparison.Ordinal) && arguments[i.Key] is null);
            command = command[..at] + (absent ? "" : part) + command[(end + 2)..];
        }
        return command;
    }

    private static JsonNode Input(JsonNode value)
    {
        if (value is not JsonObject input) return Bindings.Literal(value is JsonArray list ? list.ToJsonString() : value.DeepClone());
        var made = (JsonObject)input.DeepClone();
        // Of all that a loop gave, a program gets one text: the values, or the places.
        if (made["value"] is JsonArray many) made["value"] = new JsonArray([.. many.Select(m => m is JsonObject port ? (port["value"] ?? port["uri"])?.DeepClone() : m?.DeepClone())]).ToJsonString();
        return made;
    }

    public static JsonObject Camel(JsonObject given) => new(given.Select(p => KeyValuePair.Create(Camel(p.Key), p.Value is JsonObject inner ? Camel(inner) : p.Value?.DeepClone())));

    public static string Camel(string name)
    {
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Where(w => w.Length > 0).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
