using System.Text.Json.Nodes;
using Isobar.Engine.Pipelines;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>What a task's program is told: Kubeflow's <c>ExecutorInput</c>.</summary>
internal static class ExecutorInput
{
    public static JsonObject Of(PipelineTask task)
    {
        var place = TaskPlace.Of(task);
        var (parameters, artifacts) = (new JsonObject(), new JsonObject());
        foreach (var (name, value) in task.Arguments?["parameters"] as JsonObject ?? [])
            if (value is not null) parameters[name] = Expressions.Text(task.Step.Data?["inputs"]?["parameters"]?[name]?["parameterType"]) == "TASK_FINAL_STATUS" ? FinalStatus(value, place) : value.DeepClone();
        foreach (var (name, list) in task.Arguments?["artifacts"] as JsonObject ?? [])
            if (list is JsonArray { Count: > 0 }) artifacts[name] = new JsonObject { ["artifacts"] = list.DeepClone() };
        var outputs = new JsonObject { ["parameters"] = new JsonObject(), ["artifacts"] = new JsonObject(), ["outputFile"] = place.Path("executor_output.json") };
        foreach (var (name, _) in task.Step.Data?["outputs"]?["parameters"] as JsonObject ?? []) outputs["parameters"]![name] = new JsonObject { ["outputFile"] = place.Path(name) };
        foreach (var (name, artifact) in Artifacts(task.Step, place)) outputs["artifacts"]![name] = new JsonObject { ["artifacts"] = new JsonArray(artifact) };
        return new JsonObject { ["inputs"] = new JsonObject { ["parameterValues"] = parameters, ["artifacts"] = artifacts }, ["outputs"] = outputs };
    }

    /// <summary>The artifacts that a task will write, as they are before it has.</summary>
    public static IEnumerable<(string Name, JsonObject Artifact)> Artifacts(PipelineStep step, TaskPlace place)
    {
        foreach (var (name, definition) in step.Data?["outputs"]?["artifacts"] as JsonObject ?? [])
        {
            yield return (name, new JsonObject
            {
                ["name"] = place.Artifact(name),
                ["type"] = definition?["artifactType"]?.DeepClone() ?? new JsonObject(),
                ["uri"] = place.Uri(name),
                ["metadata"] = definition?["metadata"]?.DeepClone() ?? new JsonObject(),
            });
        }
    }

    private static JsonObject FinalStatus(JsonNode value, TaskPlace place)
    {
        var failed = Expressions.Text(value["status"]?["state"]) is not "Succeeded";
        return new JsonObject
        {
            ["state"] = failed ? "FAILED" : "SUCCEEDED",
            ["error"] = failed ? new JsonObject { ["code"] = 9, ["message"] = Expressions.Text(value["status"]?["reason"]) } : new JsonObject(),
            ["pipelineJobResourceName"] = place.Job.Job,
            ["pipelineTaskName"] = value["pipelineTaskName"]?.DeepClone(),
        };
    }
}
