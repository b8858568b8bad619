using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Sweep jobs over command jobs that run <c>isobar-train</c>.</summary>
internal sealed class AzureTuning(AzureWorkspace workspace, AzureTraining training) : ITuning
{
    public async Task<Result<TuningRun>> StartAsync(TuningOrder order, CancellationToken ct = default)
    {
        if (order.Strategy is not ("Random" or "Grid" or "Bayesian")) return new Error(ErrorCode.Unimplemented, $"Sweeps of Azure sample by Random, Grid or Bayesian; '{order.Strategy}' is not offered.");
        var job = order.Template;
        var there = await workspace.GetAsync(Path(job.Name), ct).ConfigureAwait(false);
        if (there.IsOk) return new Error(ErrorCode.AlreadyExists, $"There is a job {job.Name} already.");
        if (there.Error.Code != ErrorCode.NotFound) return there.Error;
        var space = new JsonObject();
        foreach (var range in order.Ranges)
        {
            if (!Space(range, order.Strategy).TryGet(out var values, out var unfit)) return unfit;
            space[range.Name] = values;
        }
        // What is searched for stands in the command as what the sweep fills in.
        var trial = job with { HyperParameters = job.HyperParameters.Where(p => order.Ranges.All(r => r.Name != p.Key)).ToDictionary() };
        if (!(await training.InputsAsync(job, ct).ConfigureAwait(false)).TryGet(out var inputs, out var error)) return error;
        var properties = new JsonObject
        {
            ["jobType"] = "Sweep",
            ["displayName"] = job.Name,
            ["trial"] = new JsonObject { ["command"] = AzureTraining.Command(trial) + string.Concat(order.Ranges.Select(r => $" --{r.Name} ${{{{search_space.{r.Name}}}}}")), ["environmentId"] = workspace.Options.Environment, ["resources"] = new JsonObject { ["instanceCount"] = 1, ["instanceType"] = job.InstanceType ?? workspace.Options.InstanceType } },
            ["inputs"] = inputs,
            ["outputs"] = new JsonObject { [AzureTraining.Output] = new JsonObject { ["jobOutputType"] = "uri_folder" } },
            ["searchSpace"] = space,
            ["samplingAlgorithm"] = new JsonObject { ["samplingAlgorithmType"] = order.Strategy },
            ["objective"] = new JsonObject { ["primaryMetric"] = order.Metric, ["goal"] = order.Minimize ? "Minimize" : "Maximize" },
            ["limits"] = new JsonObject { ["jobLimitsType"] = "Sweep", ["maxTotalTrials"] = order.MaxJobs, ["maxConcurrentTrials"] = Math.Min(order.MaxParallel, order.MaxJobs), ["trialTimeout"] = XmlConvert.ToString(job.MaxRunTime) },
        };
        if (workspace.Options.Compute is { } compute) properties["computeId"] = compute;
        var made = await workspace.PutAsync(Path(job.Name), new JsonObject { ["properties"] = properties }, ct).ConfigureAwait(false);
        return made.TryGet(out _, out error) ? await GetAsync(job.Name, ct).ConfigureAwait(false) : error;
    }

    // 1. The sweep. 2. Its trials, which are its children. 3. The best, which the service tells at the end.
    public async Task<Result<TuningRun>> GetAsync(string name, CancellationToken ct = default)
    {
        // 1.
        if (!(await workspace.GetAsync(Path(name), ct).ConfigureAwait(false)).TryGet(out var sweep, out var error)) return error;
        if (sweep["properties"]?["jobType"]?.GetValue<string>() != "Sweep") return Error.NotFound($"The sweep '{name}'");
        var run = AzureTraining.Shown(sweep);

        // 2.
        if (!(await workspace.ListAsync("jobs?parentJobName=" + Uri.EscapeDataString(name), ct).ConfigureAwait(false)).TryGet(out var listed, out error)) return error;
        var trials = listed.ToDictionary(t => t["name"]!.GetValue<string>());
        var completed = listed.Count(t => AzureTraining.Shown(t).State == RunState.Completed);

        // 3.
        var facts = sweep["properties"]?["properties"] as JsonObject ?? [];
        var best = facts["best_child_run_id"]?.GetValue<string>();
        var value = double.TryParse(facts["score"]?.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? score : (double?)null;
        var space = sweep["properties"]?["searchSpace"] as JsonObject ?? [];
        var tried = best is not null && trials.TryGetValue(best, out var crowned) ? crowned["properties"]?["inputs"] as JsonObject ?? [] : [];
        return new TuningRun(name, run.State, run.Reason, completed, best, value, space.Where(s => tried[s.Key]?["value"] is not null).ToDictionary(s => s.Key, s => tried[s.Key]!["value"]!.ToString()));
    }

    public async Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => (await workspace.PostAsync(Path(name) + "/cancel", null, ct).ConfigureAwait(false)).Map(_ => Done.Value);

    private static string Path(string name) => "jobs/" + Uri.EscapeDataString(name);

    private static Result<JsonArray> Space(SearchRange range, string strategy)
    {
        if (range.Choices is { } choices) return new JsonArray("choice", new JsonArray(new JsonArray([.. choices.Select(c => (JsonNode?)c)])));
        if (range.Min is not { } min || range.Max is not { } max) return Error.Invalid($"ranges.{range.Name}", null, $"The range of {range.Name} needs its Min and its Max, or Choices.");
        if (strategy == "Grid") return Error.Invalid($"ranges.{range.Name}", null, $"A grid of Azure walks Choices alone; {range.Name} is a range.");
        if (!range.Logarithmic) return range.Whole ? new JsonArray("quniform", new JsonArray(min, max, 1)) : new JsonArray("uniform", new JsonArray(min, max));
        if (strategy == "Bayesian") return new Error(ErrorCode.Unimplemented, $"Bayesian sampling of Azure searches {range.Name} evenly, not its logarithm; use Random.");
        // The bounds are those of the logarithm.
        return range.Whole ? new JsonArray("qloguniform", new JsonArray(Math.Log(min), Math.Log(max), 1)) : new JsonArray("loguniform", new JsonArray(Math.Log(min), Math.Log(max)));
    }
}
