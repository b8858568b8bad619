using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.AutoMl;
using Isobar.Engine.Objects;
using Isobar.Engine.Tracking;
using Isobar.Engine.Training;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Waits for searches, and lays out what they have found: a child job for every trial with its metrics and its model, and the best as the job's output.</summary>
internal sealed class AutoMlResults(ArmStore store, WorkspaceStore workspaces, ITrainingJobs jobs, JobSubmission submission, AutoMlTrials trials, AutoMlJobs search, DataUris uris, IObjectStore objects, ITrackingStore tracking, AutoMlWaiting waiting, TimeProvider time, ILogger<AutoMlResults> logger) : BackgroundService
{
    private const string Model = "outputs/mlflow-model/", Ensemble = "weighted-ensemble";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What an earlier server left.
        foreach (var job in await store.BelowAsync("/subscriptions", stoppingToken).ConfigureAwait(false))
            if (job.Type == JobNames.Type && job.Secrets?[JobTypes.RunBy] is null && (string?)job.Properties["jobType"] == AutoMlJobs.TypeName && AutoMlJobs.Facts(job)[AutoMlJobs.BestFact] is null) waiting.Add(job.Path);
        var tasks = new List<Task>();
        try
        {
            await foreach (var job in waiting.AllAsync(stoppingToken).ConfigureAwait(false))
            {
                tasks.RemoveAll(t => t.IsCompleted);
                tasks.Add(Task.Run(() => FinishAsync(job, stoppingToken), CancellationToken.None));
            }
        }
        catch (OperationCanceledException) { /* Whoever starts next goes on. */ }
        await Task.WhenAll(tasks).ConfigureAwait(false);
    }

    private async Task FinishAsync(ArmId id, CancellationToken ct)
    {
        try
        {
            if (!(await jobs.GetAsync(JobNames.Engine(id), ct).ConfigureAwait(false)).IsOk) return;
            var ended = await jobs.WaitAsync(JobNames.Engine(id), ct).ConfigureAwait(false);
            if (await store.FindAsync(id, ct).ConfigureAwait(false) is not { } job) return;
            var workspace = await workspaces.GetAsync(id, ct).ConfigureAwait(false);
            await search.CleanAsync(workspace, id.Name, ct).ConfigureAwait(false);
            if (ended.State == JobState.Completed) await LayOutAsync(workspace, job, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) { /* As above. */ }
        catch (Exception e)
        {
            if (e is not ArmFault) logger.LogError(e, "What the search {Job} has found could not be laid out", id.Text);
            await FactsAsync(id, f => f[AutoMlJobs.FaultFact] = e.Message).ConfigureAwait(false);
        }
    }

    // 1. The leaderboard. 2. A job for every trial, in the order of their trying; doing it again changes nothing. 3. The best model is the output. 4. The job's own metrics, and its end.
    private async Task LayOutAsync(MlWorkspace workspace, ArmResource job, CancellationToken ct)
    {
        // 1.
        var (task, metric) = ((string)job.Properties["taskDetails"]!["taskType"]!, (string)job.Properties["taskDetails"]!["primaryMetric"]!);
        var found = workspace.At(AutoMlPlanner.Found(job.Name));
        var board = await BoardAsync(found.Below("model/leaderboard.json"), ct).ConfigureAwait(false);
        var best = board.Candidates[0];

        // 2.
        var inOrder = board.Candidates.OrderBy(Number).ToList();
        for (var i = 0; i < inOrder.Count; i++)
        {
            var (row, id) = (inOrder[i], job.Path.Parent.Child(JobNames.Plural, $"{job.Name}_{i}"));
            if (row == best) best = row;
            var source = row.Algorithm == Ensemble ? found.Below("model/") : row.Kept ? found.Below($"candidates/{row.Name}/") : null;
            var facts = Facts(task, metric, board, row, i);
            if (source is not null) await ModelAsync(source, workspace.At(JobNames.Artifacts(id.Name) + Model), id.Name, ct).ConfigureAwait(false);
            if (await store.FindAsync(id, ct).ConfigureAwait(false) is null)
            {
                var properties = new JsonObject { ["displayName"] = $"{AutoMlWords.Algorithm(task, row.Algorithm)} {i}", ["experimentName"] = job.Properties["experimentName"]?.DeepClone(), ["properties"] = facts, [JobNames.Parent] = job.Name };
                if (source is not null) properties["outputs"] = new JsonObject { ["default"] = new JsonObject { ["jobOutputType"] = "uri_folder", ["uri"] = DataUris.Uri(JobNames.Artifacts(id.Name).TrimEnd('/'), DefaultDatastores.Artifacts) } };
                await submission.SubmitAsync(new JobRequest(workspace, id, new JsonObject { ["properties"] = properties }, OriginOf(job), job.CreatedBy) { Kind = trials, Prepare = trials.PrepareAsync }, ct).ConfigureAwait(false);
                await tracking.LogAsync(workspace.Id.Key, id.Name, Metrics(board, row), ct).ConfigureAwait(false);
                await ParametersAsync(workspace, id.Name, row, ct).ConfigureAwait(false);
            }
        }

        // 3.
        var bestName = $"{job.Name}_{inOrder.IndexOf(best)}";
        var output = (await uris.ResolveAsync(workspace, (string)job.Properties["outputs"]![AutoMlPlanner.Best]!["uri"]!, "properties.outputs.best_model.uri", ct).ConfigureAwait(false)).AsFolder();
        await ModelAsync(best.Algorithm == Ensemble ? found.Below("model/") : found.Below($"candidates/{best.Name}/"), output, bestName, ct).ConfigureAwait(false);

        // 4.
        await tracking.LogAsync(workspace.Id.Key, job.Name, Metrics(board, best), ct).ConfigureAwait(false);
        await FactsAsync(job.Path, f =>
        {
            (f[AutoMlJobs.BestFact], f["primary_metric"], f[AutoMlTrials.Score], f["num_iterations"]) = (bestName, metric, Text(best.Metrics[board.Objective].Mean), Text(inOrder.Count));
            f["best_algorithm"] = AutoMlWords.Algorithm(task, best.Algorithm);
        }).ConfigureAwait(false);
    }

    private static JsonObject Facts(string task, string metric, Leaderboard board, LeaderboardRow row, int number)
    {
        var facts = new JsonObject
        {
            ["runTemplate"] = "automl_child",
            ["iteration"] = Text(number),
            ["run_algorithm"] = AutoMlWords.Algorithm(task, row.Algorithm),
            ["primary_metric"] = metric,
            ["fit_time"] = Text(row.Seconds),
        };
        if (row.Metrics.TryGetValue(board.Objective, out var value)) facts[AutoMlTrials.Score] = Text(value.Mean);
        else facts[AutoMlTrials.Errors] = row.Reason ?? row.Status;
        return facts;
    }

    private TrackedMetric[] Metrics(Leaderboard board, LeaderboardRow row) =>
        [.. row.Metrics.Select(m => (Name: AutoMlWords.Metric(m.Key, board.Task), m.Value.Mean)).Where(m => m.Name is not null && double.IsFinite(m.Mean)).Select(m => new TrackedMetric(m.Name!, m.Mean, time.GetUtcNow(), 0))];

    private Task ParametersAsync(MlWorkspace workspace, string run, LeaderboardRow row, CancellationToken ct) =>
        tracking.ChangeRunAsync(workspace.Id.Key, run, r => r with { Params = new Dictionary<string, string>(r.Params.Concat(row.HyperParameters).DistinctBy(p => p.Key)) }, ct);

    /// <summary>A model as MLflow lays one out: its graph, what the engine says of it, and the file that says what both are.</summary>
    private async Task ModelAsync(ObjectLocation from, ObjectLocation to, string run, CancellationToken ct)
    {
        foreach (var file in new[] { "model.onnx", "model.json" })
            if ((await objects.CopyAsync(from.Bucket, from.Key + file, null, to.Bucket, to.Key + file, ct: ct).ConfigureAwait(false)).Error is { } error) throw ArmFault.Of(error);
        var written = $"artifact_path: {Model.TrimEnd('/')}\nflavors:\n  onnx:\n    data: model.onnx\nrun_id: {run}\nutc_time_created: '{time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)}'\n";
        if ((await objects.PutAsync(to.Bucket, to.Key + "MLmodel", new MemoryStream(Encoding.UTF8.GetBytes(written)), new PutOptions { ContentType = "text/yaml" }, ct).ConfigureAwait(false)).Error is { } unwritten) throw ArmFault.Of(unwritten);
    }

    private async Task<Leaderboard> BoardAsync(ObjectLocation file, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(file.Bucket, file.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out var error)) throw ArmFault.Of(error);
        await using (opened) return (await JsonSerializer.DeserializeAsync(opened.Content, AutoMlJson.Default.Leaderboard, ct).ConfigureAwait(false))!;
    }

    private Task FactsAsync(ArmId job, Action<JsonObject> change) => store.ChangeAsync(job, r => r.With(p =>
    {
        if (p["properties"] is not JsonObject facts) p["properties"] = facts = [];
        change(facts);
    }), CancellationToken.None);

    // Candidates are numbered as they are tried; the ensemble comes of them all.
    private static int Number(LeaderboardRow row) => row.Algorithm == Ensemble ? int.MaxValue : int.TryParse(row.Name.AsSpan(row.Name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue - 1;

    // The address of the tracking, which the search's own job shows too.
    private static string OriginOf(ArmResource job) => "https://" + new Uri(((string)job.Properties["services"]!["Tracking"]!["endpoint"]!).Replace("azureml://", "https://", StringComparison.Ordinal)).Authority;

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
