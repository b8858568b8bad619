using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.AutoMl;

/// <summary>The catalogue's algorithm <c>automl</c>: searches the other algorithms and their hyperparameters, and writes a weighted ensemble of what it found as one graph.</summary>
internal static class AutoMlTrainer
{
    public const string Name = "automl";

    // Of so many classes each may become a mean of every category; more would be more features than the categories were.
    private const int MostMeans = 10;


    // 1. check the options; 2. read the channels; 3. find out the task and the columns; 4. encode and cut the folds; 5. search;
    // 6. weigh the ensemble; 7. write its graph and score it; 8. importance; 9. leaderboard, manifest, and the best candidates as models of their own.
    public static async Task<Result<ModelManifest>> TrainAsync(TrainingRequest request, TrainingFolders folders, ITrainingProgress progress, TimeProvider time, CancellationToken ct)
    {
        // 1.
        if (!HyperParameterValues.Check(AutoMlOptions.HyperParameters, request.HyperParameters).TryGet(out var values, out var error)) return error;
        if (!AutoMlOptions.Of(values).TryGet(out var options, out error)) return error;
        var kind = ISearchedRows.Of(request.Layout.Format);
        request = request with { Layout = kind.Layout(request.Layout) };
        if (request.Layout.Label is null) return new Error(ErrorCode.InvalidArgument, "AutoML learns a label: say which column that is.");

        // 2.
        var reading = await AutoMlInput.ReadAsync(kind, request, folders.Input, progress, ct).ConfigureAwait(false);
        if (!reading.TryGet(out var input, out error)) return error;
        if (input.Unlabelled > 0) progress.Log($"{input.Unlabelled} rows without a label are left out.");

        // 3.
        var label = input.Table.Columns[input.Table.Find(request.Layout.Label)];
        request = request with { Task = kind.Task(options, request, label, input.Table.Rows) };
        if (!Objective.Choose(options.Objectives, request.Task).TryGet(out var objective, out error)) return error;
        var columns = ColumnInference.Of(input.Table, request.Layout);
        request = request with { Layout = request.Layout with { KeepFrequent = true, Texts = [.. columns.Where(c => c.Type == "text").Select(c => c.Name)], Unread = [.. columns.Where(c => c.Type is "constant" or "identifier" or "date").Select(c => c.Name)] } };
        foreach (var column in columns.Where(c => c.Type is "constant" or "identifier" or "date")) progress.Log($"The column '{column.Name}' is not read: it looks like a {column.Type}.");

        // 4.
        var data = new AutoMlData(request, input.Table);
        if (!data.Encoded(new(false, false, false)).TryGet(out var encoded, out error)) return error;
        var matrix = encoded.Matrix;
        var folds = input.Validation > 0 ? Folds.Given(matrix.Rows, input.Validation) : Folds.Draw(options.Folds, options.Repeats, options.Holdout, matrix, request.Task, request.Seed);
        progress.Log($"{request.Task} of '{label.Name}': {matrix.Rows} rows, {matrix.Columns} features, {(folds.Count == 1 ? "one holdout" : $"{folds.Count} fits a candidate")}; ranked by {objective.Name}; at most {options.MaxCandidates} candidates in {options.Budget.TotalSeconds:0} s.");

        var classes = encoded.Encoder.Classes?.Count ?? 1;

        // 5.
        var facts = new PlanFacts(request.Task, matrix.Rows, matrix.Columns, matrix.Labels!.All(l => l > 0), encoded.Encoder.CategorySpans.Count > 0 && classes <= MostMeans, folds.Count, request.Seed, options.Algorithms);
        if (!CandidatePlan.Any(facts)) return Error.Invalid("algorithms", values["algorithms"], $"none of these algorithms does a {request.Task.ToString().ToLowerInvariant()} task on {matrix.Rows} rows of {matrix.Columns} features.");
        var store = new CandidateStore(folders.Checkpoints is null ? null : Path.Combine(folders.Checkpoints, Name), Fingerprint(request, input));
        var search = new AutoMlSearch(data, folds, options, objective, store, progress, time);
        if (!search.Run(CandidatePlan.Of(facts), ct).TryGet(out var found, out error)) return error;

        // 6.
        var builder = new EnsembleBuilder(data, folds, objective, () => search.Left, ct);
        if (!builder.Choose(found.Candidates, matrix, classes, options.EnsembleSize).TryGet(out var choice, out error)) return error;
        var (ensemble, weights) = choice;

        // 7.
        if (!EnsembleGraph.Write(ensemble, data).TryGet(out var onnx, out error)) return error;
        if (!kind.Complete(onnx, encoded.Encoder.Classes).TryGet(out var complete, out error)) return error;
        Directory.CreateDirectory(folders.Output);
        await File.WriteAllBytesAsync(Path.Combine(folders.Output, "model.onnx"), complete, ct).ConfigureAwait(false);
        var board = new LeaderboardBuilder(folds, matrix, classes, objective);
        var whole = board.Ensemble(ensemble);
        var metrics = whole.Metrics.ToDictionary(m => $"validation:{m.Key}", m => m.Value.Mean);
        if (input.Test is { } test)
        {
            using var scorer = new ModelScorer(onnx, encoded.Encoder, ensemble.Members.Max(m => m.Serving.Max(f => f.RowWidth)));
            if (!scorer.Score(test, request.Task).TryGet(out var scores, out error)) return error;
            foreach (var (name, value) in scores) metrics[$"test:{name}"] = value;
        }
        foreach (var (name, value) in metrics) progress.Metric(Scores.DialectName(request, name), value);

        // 8.
        IReadOnlyList<ColumnImportance> importance = [];
        if (options.Importance && kind.HasImportance && !PermutationImportance.Measure(ensemble, data, folds, objective, request.Seed, () => search.Left <= TimeSpan.Zero, ct).TryGet(out importance!, out error)) return error;

        // 9.
        var lines = board.Rank([whole, .. found.Candidates.Zip(weights, board.Row), .. found.Unfinished], options.KeptCandidates);
        var leaderboard = new Leaderboard
        {
            Task = request.Task,
            Objective = objective.Name,
            Maximize = objective.Maximize,
            Folds = folds.Count,
            Rows = matrix.Rows,
            Seed = request.Seed,
            Candidates = lines,
            Columns = kind.Columns(columns),
            Importance = importance,
        };
        await File.WriteAllTextAsync(Path.Combine(folders.Output, "leaderboard.json"), JsonSerializer.Serialize(leaderboard, AutoMlJson.Default.Leaderboard), ct).ConfigureAwait(false);
        var positive = importance.Sum(i => Math.Max(0, i.Mean));
        var manifest = new ModelManifest
        {
            Algorithm = Name,
            Task = request.Task,
            Columns = kind.ModelColumns(encoded.Encoder),
            Label = encoded.Encoder.LabelName,
            Classes = encoded.Encoder.Classes,
            HyperParameters = values.All,
            Metrics = metrics,
            Importance = positive > 0 ? importance.ToDictionary(i => i.Column, i => Math.Max(0, i.Mean) / positive) : null,
            Annotations = request.Annotations,
            TrainingRows = matrix.Rows,
            Seed = request.Seed,
            Producer = ModelManifest.ThisProducer,
        };
        await manifest.WriteAsync(folders.Output, ct).ConfigureAwait(false);
        var kept = await KeptCandidates.WriteAsync(lines, manifest, folders.Data, Alone, ct).ConfigureAwait(false);
        return kept.Error is { } unkept ? unkept : manifest;

        Result<byte[]> Alone(string name)
        {
            if (!builder.Serve(found.Candidates.First(c => c.Spec.Name == name)).TryGet(out var member, out var fault)) return fault;
            if (!EnsembleGraph.Write(new Ensemble([member], 1), data).TryGet(out var own, out fault)) return fault;
            return kind.Complete(own, encoded.Encoder.Classes);
        }
    }

    private static string Fingerprint(TrainingRequest request, AutoMlInput input) =>
        $"{JsonSerializer.Serialize(request, AlgorithmsJson.Default.TrainingRequest)}|{input.Table.Rows}|{input.Validation}";
}
