using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Tracking;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Runs of MLflow's protocol: made, changed, found, and what they log.</summary>
internal sealed class RunOperations(ITrackingStore tracking, ExperimentOperations experiments, JobRuns jobs, RunArtifacts artifacts, TimeProvider time)
{
    private const int MostMetrics = 1000, MostParams = 100, MostTags = 100, LongestKey = 250, LongestParam = 6000, LongestTag = 8000, MostPerRun = 2000;

    public async Task<JsonObject> CreateAsync(MlflowCall call)
    {
        var experiment = await experiments.ActiveAsync(call, call.Text("experiment_id") is { Length: > 0 } given ? given : ExperimentOperations.DefaultId).ConfigureAwait(false);
        var tags = Tags(call);
        var id = Guid.NewGuid().ToString();
        var name = call.Text("run_name") is { Length: > 0 } named ? named : tags.GetValueOrDefault(JobRuns.NameTag) is { Length: > 0 } tagged ? tagged : "run-" + id[..8];
        tags[JobRuns.NameTag] = name;
        var run = new TrackedRun { Scope = call.Scope, Id = id, ExperimentId = experiment.Id, Name = name, User = call.Text("user_id") ?? tags.GetValueOrDefault("mlflow.user") ?? call.Arm.Actor.Name, Started = Time(call.Whole("start_time")) ?? time.GetUtcNow(), Tags = tags };
        return (await tracking.CreateAsync(run, call.Ct).ConfigureAwait(false)).TryGet(out var made, out var error) ? await ShowAsync(call, made).ConfigureAwait(false) : throw MlflowFault.Of(error);
    }

    public async Task<JsonObject> GetAsync(MlflowCall call) => await ShowAsync(call, await FindAsync(call).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task<JsonObject> UpdateAsync(MlflowCall call)
    {
        var (name, end, state) = (call.Text("run_name"), Time(call.Whole("end_time")), call.Text("status") is { Length: > 0 } text ? MlflowJson.ReadState(text) : (TrackedState?)null);
        var changed = await ChangeAsync(call, run =>
        {
            if (name is { Length: > 0 }) run = run with { Name = name, Tags = new Dictionary<string, string>(run.Tags) { [JobRuns.NameTag] = name } };
            if (state is { } wanted) run = run with { State = wanted, Ended = wanted is TrackedState.Running or TrackedState.Scheduled ? null : end ?? time.GetUtcNow() };
            return end is { } ended ? run with { Ended = ended } : run;
        }).ConfigureAwait(false);
        return new JsonObject { ["run_info"] = (await ShowAsync(call, changed).ConfigureAwait(false))["run"]!["info"]!.DeepClone() };
    }

    public Task<JsonObject> DeleteAsync(MlflowCall call) => SetAsync(call, run => run with { IsDeleted = true });

    public Task<JsonObject> RestoreAsync(MlflowCall call) => SetAsync(call, run => run with { IsDeleted = false }, evenDeleted: true);

    public async Task<JsonObject> LogMetricAsync(MlflowCall call)
    {
        var metric = new TrackedMetric(Key(call.Required("key")), call.Number("value"), Time(call.Whole("timestamp")) ?? time.GetUtcNow(), call.Whole("step") ?? 0);
        var run = await ActiveAsync(call).ConfigureAwait(false);
        await jobs.LogAsync(call.Workspace, run.Id, [metric], call.Ct).ConfigureAwait(false);
        return [];
    }

    public Task<JsonObject> LogParamAsync(MlflowCall call) => LogAsync(call, [KeyValuePair.Create(call.Required("key"), call.Text("value") ?? "")], []);

    public Task<JsonObject> SetTagAsync(MlflowCall call) => LogAsync(call, [], [KeyValuePair.Create(call.Required("key"), call.Text("value") ?? "")]);

    public Task<JsonObject> DeleteTagAsync(MlflowCall call)
    {
        var key = call.Required("key");
        return SetAsync(call, run => run.Tags.ContainsKey(key) ? run with { Tags = run.Tags.Where(t => t.Key != key).ToDictionary() } : throw MlflowFault.NotFound($"The tag '{key}' of the run {run.Id}"));
    }

    public async Task<JsonObject> LogBatchAsync(MlflowCall call)
    {
        var now = time.GetUtcNow();
        var metrics = call.Objects("metrics", MostMetrics).Select((m, n) => new TrackedMetric(
            Key(MlflowCall.Text(m, "key", $"metrics[{n}].key") ?? throw MlflowFault.Invalid($"metrics[{n}].key", null, "is required")), MlflowCall.Number(m, "value", $"metrics[{n}].value"),
            Time(MlflowCall.Whole(m, "timestamp", $"metrics[{n}].timestamp")) ?? now, MlflowCall.Whole(m, "step", $"metrics[{n}].step") ?? 0)).ToList();
        var (given, tags) = (call.Pairs("params", MostParams), call.Pairs("tags", MostTags));
        if (metrics.Count + given.Count + tags.Count > MostMetrics) throw MlflowFault.Invalid("metrics, params and tags", (metrics.Count + given.Count + tags.Count).ToString(CultureInfo.InvariantCulture), $"are at most {MostMetrics} together");
        await LogAsync(call, given, tags).ConfigureAwait(false);
        await jobs.LogAsync(call.Workspace, RunId(call), metrics, call.Ct).ConfigureAwait(false);
        return [];
    }

    public Task<JsonObject> LogInputsAsync(MlflowCall call)
    {
        var inputs = call.Objects("datasets", 1000).Select(d => d.ToJsonString()).ToList();
        return SetAsync(call, run => run with { Inputs = [.. run.Inputs.Concat(inputs).Distinct().TakeLast(MostPerRun)] });
    }

    /// <summary>What older clients tell of a model they have logged: the tag by which MLflow's clients find it again.</summary>
    public Task<JsonObject> LogModelAsync(MlflowCall call)
    {
        const string History = "mlflow.log-model.history";
        var text = call.Required("model_json");
        JsonNode model;
        try { model = JsonNode.Parse(text)!; }
        catch (System.Text.Json.JsonException) { throw MlflowFault.Invalid("model_json", text, "must be JSON"); }
        return SetAsync(call, run =>
        {
            var known = run.Tags.GetValueOrDefault(History) is { Length: > 0 } old && JsonNode.Parse(old) is JsonArray array ? array : [];
            known.Add(model.DeepClone());
            return run with { Tags = new Dictionary<string, string>(run.Tags) { [History] = known.ToJsonString() } };
        });
    }

    public async Task<JsonObject> HistoryAsync(MlflowCall call)
    {
        var run = await FindAsync(call).ConfigureAwait(false);
        var all = await jobs.HistoryAsync(call.Workspace, run.Id, call.Required("metric_key"), call.Ct).ConfigureAwait(false);
        var (rows, next) = call.Page(all, 25_000, 25_000);
        var shown = new JsonObject { ["metrics"] = new JsonArray([.. rows.Select(MlflowJson.Metric)]) };
        if (next is not null) shown["next_page_token"] = next;
        return shown;
    }

    public async Task<JsonObject> SearchAsync(MlflowCall call)
    {
        var wanted = call.Texts("experiment_ids").ToHashSet();
        var clauses = MlflowFilter.Parse(call.Text("filter"), RunSearch.Attributes);
        var runs = (await tracking.RunsAsync(call.Scope, call.Ct).ConfigureAwait(false)).Where(r => wanted.Contains(r.ExperimentId) && ViewType.Shows(call.Text("run_view_type"), r.IsDeleted)).ToList();
        var views = (await jobs.ViewAsync(call.Workspace, runs, call.Ct).ConfigureAwait(false)).Where(v => MlflowFilter.Holds(clauses, (entity, key) => RunSearch.Value(v, entity, key)));
        var sorted = MlflowFilter.Sort(views, call.Texts("order_by"), RunSearch.Attributes, RunSearch.Value, v => (double)v.Run.Started.ToUnixTimeMilliseconds(), otherwiseDescending: true);
        var (rows, next) = call.Page(sorted, 1000, 50_000);
        var shown = new JsonArray();
        foreach (var view in rows) shown.Add((JsonNode)await ShowAsync(call, view).ConfigureAwait(false));
        var answer = new JsonObject { ["runs"] = shown };
        if (next is not null) answer["next_page_token"] = next;
        return answer;
    }

    /// <exception cref="MlflowFault">There is none.</exception>
    public async Task<TrackedRun> FindAsync(MlflowCall call)
    {
        var id = RunId(call);
        return await jobs.FindAsync(call.Workspace, id, call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"The run {id}");
    }

    private async Task<TrackedRun> ActiveAsync(MlflowCall call) => await FindAsync(call).ConfigureAwait(false) is { IsDeleted: false } run ? run : throw Deleted(RunId(call));

    private async Task<JsonObject> LogAsync(MlflowCall call, IReadOnlyList<KeyValuePair<string, string>> given, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        foreach (var (key, value) in given) if (Key(key).Length > 0 && value.Length > LongestParam) throw MlflowFault.Invalid($"the param {key}", value, $"has at most {LongestParam} characters");
        foreach (var (key, value) in tags) if (Key(key).Length > 0 && value.Length > LongestTag) throw MlflowFault.Invalid($"the tag {key}", value, $"has at most {LongestTag} characters");
        if (given.Count + tags.Count == 0)
        {
            await ActiveAsync(call).ConfigureAwait(false);
            return [];
        }
        return await SetAsync(call, run =>
        {
            var (newParams, newTags) = (new Dictionary<string, string>(run.Params), new Dictionary<string, string>(run.Tags));
            foreach (var (key, value) in given)
                if (!newParams.TryAdd(key, value) && newParams[key] != value) throw MlflowFault.Invalid($"the param {key}", value, $"is '{newParams[key]}' already; a param is written once");
            foreach (var (key, value) in tags) newTags[key] = value;
            if (newParams.Count > MostPerRun || newTags.Count > MostPerRun) throw MlflowFault.Invalid("params and tags", null, $"a run has at most {MostPerRun} of each");
            return run with { Params = newParams, Tags = newTags, Name = newTags.GetValueOrDefault(JobRuns.NameTag) is { Length: > 0 } name ? name : run.Name };
        }).ConfigureAwait(false);
    }

    private async Task<JsonObject> SetAsync(MlflowCall call, Func<TrackedRun, TrackedRun> change, bool evenDeleted = false)
    {
        await ChangeAsync(call, change, evenDeleted).ConfigureAwait(false);
        return [];
    }

    private async Task<TrackedRun> ChangeAsync(MlflowCall call, Func<TrackedRun, TrackedRun> change, bool evenDeleted = false)
    {
        var run = await FindAsync(call).ConfigureAwait(false);
        var changed = await tracking.ChangeRunAsync(call.Scope, run.Id, r => r.IsDeleted && !evenDeleted ? throw Deleted(r.Id) : (Result<TrackedRun>)change(r), call.Ct).ConfigureAwait(false);
        return changed.TryGet(out var saved, out var error) ? saved : throw MlflowFault.Of(error);
    }

    private async Task<JsonObject> ShowAsync(MlflowCall call, TrackedRun run) =>
        new() { ["run"] = await ShowAsync(call, (await jobs.ViewAsync(call.Workspace, [run], call.Ct).ConfigureAwait(false))[0]).ConfigureAwait(false) };

    private async Task<JsonObject> ShowAsync(MlflowCall call, RunView view) => RunSearch.Show(view, await artifacts.UriAsync(call, view.Run).ConfigureAwait(false));

    private static string RunId(MlflowCall call) => call.Text("run_id") is { Length: > 0 } id ? id : call.Required("run_uuid");

    private static MlflowFault Deleted(string id) => MlflowFault.Invalid("run_id", id, "the run is deleted; restore it first");

    private static string Key(string key) => key.Length <= LongestKey ? key : throw MlflowFault.Invalid("key", key, $"has at most {LongestKey} characters");

    private static Dictionary<string, string> Tags(MlflowCall call) => call.Pairs("tags", MostTags).ToLookup(t => t.Key, t => t.Value).ToDictionary(t => t.Key, t => t.Last());

    private static DateTimeOffset? Time(long? milliseconds)
    {
        if (milliseconds is not { } given) return null;
        return given is >= 0 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(given) : throw MlflowFault.Invalid("timestamp", given.ToString(CultureInfo.InvariantCulture), "must be milliseconds since 1970");
    }
}
