using System.Text.Json.Nodes;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>What a search compares of a run, and how a run is shown.</summary>
internal static class RunSearch
{
    public static readonly string[] Attributes = ["run_id", "run_name", "status", "artifact_uri", "user_id", "start_time", "end_time", "experiment_id"];

    public static object? Value(RunView view, string entity, string key) => (entity, key) switch
    {
        ("metric", _) => view.Metrics.FirstOrDefault(m => m.Name == key)?.Value,
        ("param", _) => view.Run.Params.GetValueOrDefault(key),
        ("tag", _) => view.Run.Tags.GetValueOrDefault(key),
        (_, "run_id") => view.Run.Id,
        (_, "run_name") => view.Run.Name,
        (_, "status") => MlflowJson.State(view.Run.State),
        (_, "user_id") => view.Run.User,
        (_, "experiment_id") => view.Run.ExperimentId,
        (_, "start_time") => (double)view.Run.Started.ToUnixTimeMilliseconds(),
        (_, "end_time") => (double?)view.Run.Ended?.ToUnixTimeMilliseconds(),
        _ => null,
    };

    public static JsonObject Show(RunView view, string artifactUri)
    {
        var run = view.Run;
        var info = new JsonObject
        {
            ["run_id"] = run.Id,
            ["run_uuid"] = run.Id,
            ["run_name"] = run.Name,
            ["experiment_id"] = run.ExperimentId,
            ["user_id"] = run.User,
            ["status"] = MlflowJson.State(run.State),
            ["start_time"] = run.Started.ToUnixTimeMilliseconds(),
            ["artifact_uri"] = artifactUri,
            ["lifecycle_stage"] = run.IsDeleted ? "deleted" : "active",
        };
        if (run.Ended is { } ended) info["end_time"] = ended.ToUnixTimeMilliseconds();
        var data = new JsonObject
        {
            ["metrics"] = new JsonArray([.. view.Metrics.Select(MlflowJson.Metric)]),
            ["params"] = MlflowJson.Pairs(run.Params),
            ["tags"] = MlflowJson.Pairs(run.Tags),
        };
        return new JsonObject { ["info"] = info, ["data"] = data, ["inputs"] = new JsonObject { ["dataset_inputs"] = new JsonArray([.. run.Inputs.Select(i => JsonNode.Parse(i))]) } };
    }
}
