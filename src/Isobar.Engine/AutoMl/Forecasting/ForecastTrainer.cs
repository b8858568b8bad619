using System.Globalization;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>The catalogue's algorithm <c>forecasting</c>: searches classical, linear and tree forecasts over all series at once, and writes a weighted ensemble with quantiles as one graph.</summary>
internal static class ForecastTrainer
{
    public const string Name = "forecasting";
    private const double SearchShare = 0.8;
    private const int MostKept = 5;

    private sealed record Tried(ForecastSpec Spec, IReadOnlyList<float[]> Means, IReadOnlyList<IReadOnlyDictionary<string, double>> Measures, TimeSpan Took);

    // 1. options; 2. series; 3. windows; 4. try candidates; 5. weigh the ensemble; 6. fit its members again on everything; 7. write graph, leaderboard and manifest, and the best candidates as models of their own.
    public static async Task<Result<ModelManifest>> TrainAsync(TrainingRequest request, TrainingFolders folders, ITrainingProgress progress, TimeProvider time, CancellationToken ct)
    {
        // 1.
        var started = time.GetTimestamp();
        if (!HyperParameterValues.Check(ForecastOptions.HyperParameters, request.HyperParameters).TryGet(out var values, out var error)) return error;
        if (!ForecastOptions.Of(values, request.Layout.Label).TryGet(out var options, out error)) return error;

        // 2.
        var folder = Path.Combine(folders.Input, request.TrainChannel);
        if (!Directory.Exists(folder)) return new Error(ErrorCode.InvalidArgument, $"The channel '{request.TrainChannel}' holds no rows.");
        if (!(await TableReader.ReadAsync(folder, request.Layout, ct).ConfigureAwait(false)).TryGet(out var table, out error)) return error;
        if (!SeriesReader.Read(table, options.Layout, options.Frequency).TryGet(out var series, out error)) return error;

        // 3.
        if (!ForecastSplit.Cut(series, options).TryGet(out var split, out error)) return error;
        options = options with { Layout = options.Layout with { Context = split.Fit.Context } };
        var (quantiles, horizon) = (options.Layout.Quantiles, options.Layout.Horizon);
        float? floor = series.All(s => s.Values.All(v => v >= 0)) ? 0 : null;
        progress.Log($"{series.Count} series of {table.Rows} rows; {horizon} periods of {options.Frequency} ahead, looking {split.Fit.Context} back, season {split.Season}; fitted on {split.Fit.Count} windows and judged from {split.Judge.Count} origins by {options.Objective}.");

        // 4.
        var (tried, unfinished) = (new List<Tried>(), new List<LeaderboardRow>());
        foreach (var spec in ForecastPlan.Of(split, request.Seed).Where(s => options.Algorithms.Contains(s.Algorithm)).Take(options.MaxCandidates))
        {
            ct.ThrowIfCancellationRequested();
            if (tried.Count > 0 && time.GetElapsedTime(started) > options.Budget * SearchShare) break;
            var begun = time.GetTimestamp();
            if (!spec.Fit(split.Fit, ct).TryGet(out var model, out error))
            {
                unfinished.Add(new LeaderboardRow(spec.Name, spec.Algorithm) { HyperParameters = spec.HyperParameters, Status = "failed", Reason = error.Message });
                continue;
            }
            var graph = ForecastGraph.Write([(model, 1)], split.Fit, null, floor);
            var means = split.Judge.Select(j => ForecastGraph.Predict(graph, j)).ToList();
            tried.Add(new Tried(spec, means, Measure(means, split, quantiles), time.GetElapsedTime(begun)));
            progress.Metric($"{Name}:{options.Objective}", tried[^1].Measures.Average(m => m[options.Objective]), tried.Count);
            progress.Log(string.Create(CultureInfo.InvariantCulture, $"{spec.Name}: {options.Objective} {tried[^1].Measures.Average(m => m[options.Objective]):0.#####}"));
        }
        if (tried.Count == 0) return new Error(ErrorCode.Internal, "No candidate could be fitted.");

        // 5.
        var weights = Weigh(tried, split, options);
        var members = tried.Zip(weights).Where(m => m.Second > 0).Select(m => (Tried: m.First, Weight: m.Second)).ToList();
        var mean = split.Judge.Select((_, j) => EnsembleSelection.Mean([.. members.Select(m => m.Tried.Means[j])], [.. members.Select(m => m.Weight)])).ToList();
        var measures = Measure(mean, split, quantiles);
        var offsets = ForecastMeasures.Offsets(split.Judge.Zip(mean), quantiles, horizon);

        // 6.
        var refitted = new Dictionary<ForecastSpec, IForecastModel>();
        var final = new List<(IForecastModel, double)>();
        foreach (var (member, weight) in members)
        {
            if (!member.Spec.Fit(split.All, ct).TryGet(out var model, out error)) return error;
            final.Add((refitted[member.Spec] = model, weight));
        }

        // 7.
        Directory.CreateDirectory(folders.Output);
        await File.WriteAllBytesAsync(Path.Combine(folders.Output, "model.onnx"), ForecastGraph.Write(final, split.Fit, offsets, floor), ct).ConfigureAwait(false);
        var metrics = measures[0].Keys.ToDictionary(k => $"validation:{k}", k => measures.Average(m => m[k]));
        foreach (var (name, value) in metrics) progress.Metric(Scores.DialectName(request, name), value);
        var rows = tried.Zip(weights).Select(t => new LeaderboardRow(t.First.Spec.Name, t.First.Spec.Algorithm) { HyperParameters = t.First.Spec.HyperParameters, Metrics = Spreads(t.First.Measures), Seconds = t.First.Took.TotalSeconds, Weight = t.Second })
            .Append(new LeaderboardRow(LeaderboardBuilder.EnsembleName, LeaderboardBuilder.EnsembleName) { HyperParameters = members.ToDictionary(m => m.Tried.Spec.Name, m => m.Weight.ToString("0.####", CultureInfo.InvariantCulture)), Metrics = Spreads(measures), Weight = 1 })
            .OrderBy(r => r.Metrics[options.Objective].Mean).ToList();
        var best = rows.Where(r => r.Algorithm != LeaderboardBuilder.EnsembleName).Take(folders.Data is null ? 0 : MostKept).ToHashSet();
        var leaderboard = new Leaderboard
        {
            Task = LearningTask.Forecasting,
            Objective = options.Objective,
            Maximize = false,
            Folds = split.Judge.Count,
            Rows = table.Rows,
            Seed = request.Seed,
            Candidates = [.. rows.Select(r => r with { Kept = best.Contains(r) }), .. unfinished],
            Columns = [.. table.Columns.Select(c => new InferredColumn(c.Name, Role(c.Name, options.Layout)))],
        };
        await File.WriteAllTextAsync(Path.Combine(folders.Output, "leaderboard.json"), JsonSerializer.Serialize(leaderboard, AutoMlJson.Default.Leaderboard), ct).ConfigureAwait(false);
        var manifest = new ModelManifest
        {
            Algorithm = Name,
            Task = LearningTask.Forecasting,
            Columns = [.. table.Columns.Select(c => new ModelColumn(c.Name, Role(c.Name, options.Layout))).Where(c => c.Type != "unread")],
            Label = options.Layout.Target,
            Forecast = options.Layout,
            HyperParameters = values.All,
            Metrics = metrics,
            Annotations = request.Annotations,
            TrainingRows = table.Rows,
            Seed = request.Seed,
            Producer = ModelManifest.ThisProducer,
        };
        await manifest.WriteAsync(folders.Output, ct).ConfigureAwait(false);
        var kept = await KeptCandidates.WriteAsync(leaderboard.Candidates, manifest, folders.Data, Alone, ct).ConfigureAwait(false);
        return kept.Error is { } unkept ? unkept : manifest;

        Result<byte[]> Alone(string name)
        {
            var own = tried.First(t => t.Spec.Name == name);
            if (!refitted.TryGetValue(own.Spec, out var model) && !own.Spec.Fit(split.All, ct).TryGet(out model, out var fault)) return fault;
            return ForecastGraph.Write([(model, 1)], split.Fit, ForecastMeasures.Offsets(split.Judge.Zip(own.Means), quantiles, horizon), floor);
        }
    }

    private static double[] Weigh(IReadOnlyList<Tried> tried, ForecastSplit split, ForecastOptions options)
    {
        // Quantiles follow from the mean, so candidates are weighed by the error of their mean, in the objective's own way where it has one.
        var truth = split.Judge.SelectMany(j => j.Future).ToArray();
        Func<float[], double> loss = options.Objective is "rmse" or Algorithms.Scoring.WeightedScores.Rmse
            ? mean => mean.Zip(truth, (m, t) => (double)(m - t) * (m - t)).Sum()
            : mean => mean.Zip(truth, (m, t) => (double)Math.Abs(m - t)).Sum();
        return EnsembleSelection.Weigh([.. tried.Select(t => t.Means.SelectMany(m => m).ToArray())], loss, options.EnsembleSize);
    }

    /// <summary>The measures of each origin. Where there are several, an origin's quantiles are set by the errors at the others.</summary>
    private static List<IReadOnlyDictionary<string, double>> Measure(IReadOnlyList<float[]> means, ForecastSplit split, IReadOnlyList<double> quantiles) =>
        [.. split.Judge.Select((judge, j) =>
        {
            var others = split.Judge.Zip(means).Where((_, o) => o != j || split.Judge.Count == 1);
            return ForecastMeasures.Of(judge, means[j], ForecastMeasures.Offsets(others, quantiles, judge.Horizon), quantiles);
        })];

    private static Dictionary<string, Spread> Spreads(IReadOnlyList<IReadOnlyDictionary<string, double>> measures) => measures[0].Keys.ToDictionary(k => k, k => Spread.Over([.. measures.Select(m => m[k])]));

    private static string Role(string column, ForecastLayout layout) =>
        column == layout.Item ? "category" : column == layout.Time ? "time" : column == layout.Target || layout.KnownAhead.Contains(column) ? "number" : "unread";
}
