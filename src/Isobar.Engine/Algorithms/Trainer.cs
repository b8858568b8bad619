using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Algorithms.Scoring;
using Isobar.Engine.AutoMl;
using Isobar.Engine.AutoMl.Forecasting;
using Isobar.Engine.Onnx;

namespace Isobar.Engine.Algorithms;

/// <summary>Fits a model of the catalogue and writes it as ONNX.</summary>
public static class Trainer
{
    // 1. check the request; 2. read the channels; 3. learn the encoding and encode; 4. fit; 5. write the graph;
    // 6. score every channel through that very graph; 7. write the manifest.
    /// <summary>Trains; the output folder then holds <c>model.onnx</c> and <c>model.json</c>.</summary>
    public static async Task<Result<ModelManifest>> TrainAsync(TrainingRequest request, TrainingFolders folders, ITrainingProgress progress, CancellationToken ct = default)
    {
        // 1.
        foreach (var notice in request.Notices) progress.Log(notice);
        if (request.RefuseWith is { } refusal) return new Error(ErrorCode.InvalidArgument, refusal);
        if (request.Algorithm == AutoMlTrainer.Name) return await AutoMlTrainer.TrainAsync(request, folders, progress, TimeProvider.System, ct).ConfigureAwait(false);
        if (request.Algorithm == ForecastTrainer.Name) return await ForecastTrainer.TrainAsync(request, folders, progress, TimeProvider.System, ct).ConfigureAwait(false);
        if (AlgorithmCatalog.Find(request.Algorithm) is not { } algorithm)
            return Error.Invalid("algorithm", request.Algorithm, $"'{request.Algorithm}' is not in the catalogue: {string.Join(", ", AlgorithmCatalog.All.Select(a => a.Name))}.");
        if (!algorithm.Tasks.Contains(request.Task))
            return Error.Invalid("task", request.Task.ToString(), $"{request.Algorithm} does {string.Join(", ", algorithm.Tasks)}, not {request.Task}.");
        if (!HyperParameterValues.Check(algorithm.HyperParameters, request.HyperParameters).TryGet(out var values, out var error)) return error;

        // 2.
        var trainTable = await ReadAsync(request.TrainChannel, null).ConfigureAwait(false);
        if (!trainTable.TryGet(out var train, out error)) return error;
        if (train is null || train.Rows == 0) return new Error(ErrorCode.InvalidArgument, $"The channel '{request.TrainChannel}' holds no rows.");
        var validationTable = await ReadAsync(request.ValidationChannel, train).ConfigureAwait(false);
        if (!validationTable.TryGet(out var validation, out error)) return error;
        var testTable = await ReadAsync(request.TestChannel, train).ConfigureAwait(false);
        if (!testTable.TryGet(out var test, out error)) return error;
        progress.Log($"Read {train.Rows} training rows of {train.Columns.Count} columns{(validation is null ? "" : $" and {validation.Rows} validation rows")}.");

        // 3.
        if (!FeatureEncoder.Learn(train, request, algorithm.NeedsFor(values)).TryGet(out var encoder, out error)) return error;
        if (request.FeatureCount is { } told && told != encoder.ModelColumns.Count)
            return new Error(ErrorCode.InvalidArgument, $"The data has {encoder.ModelColumns.Count} features; the job was told of {told}.");
        if (!encoder.Encode(train).TryGet(out var matrix, out error)) return error;
        Matrix? validationMatrix = null;
        if (validation is { Rows: > 0 } && !encoder.Encode(validation).TryGet(out validationMatrix, out error)) return error;

        // 4.
        var context = new FitContext(request, values, matrix, validationMatrix, encoder.Classes, progress, folders.Checkpoints);
        if (!algorithm.Fit(context, ct).TryGet(out var fitted, out error)) return error;
        // A fit that came back although it was told to stop has a model worth keeping.
        if (values.All.GetValueOrDefault("keep_on_stop") == "true") ct = CancellationToken.None;
        ct.ThrowIfCancellationRequested();

        // 5.
        var graph = new GraphBuilder($"isobar_{request.Algorithm.Replace('-', '_')}");
        fitted.AddTo(graph, encoder.AddTo(graph), context);
        Directory.CreateDirectory(folders.Output);
        var onnx = graph.ToBytes();
        await File.WriteAllBytesAsync(Path.Combine(folders.Output, "model.onnx"), onnx, ct).ConfigureAwait(false);

        // 6.
        using var scorer = new ModelScorer(onnx, encoder, fitted.RowWidth);
        var metrics = new Dictionary<string, double>();
        foreach (var (channel, table) in new[] { ("train", train), ("validation", validation), ("test", test) })
        {
            if (table is not { Rows: > 0 }) continue;
            if (table.Rows > fitted.ScoredRows) progress.Log($"The metrics of '{channel}' are those of its first {fitted.ScoredRows} rows.");
            if (!scorer.Score(table.Head(fitted.ScoredRows), request.Task, fitted).TryGet(out var scores, out error)) return error;
            foreach (var (name, value) in scores.Where(s => request.Report.Count == 0 || request.Report.Contains(s.Key)))
            {
                metrics[$"{channel}:{name}"] = value;
                progress.Metric(Scores.DialectName(request, $"{channel}:{name}"), value);
            }
        }

        // 7.
        var manifest = new ModelManifest
        {
            Algorithm = request.Algorithm,
            Task = request.Task,
            Columns = encoder.ModelColumns,
            Label = encoder.LabelName,
            Classes = encoder.Classes,
            HyperParameters = values.All,
            Metrics = metrics,
            Importance = encoder.Spread(fitted.Importance),
            Annotations = request.Annotations,
            TrainingRows = train.Rows,
            Seed = request.Seed,
            Producer = ModelManifest.ThisProducer,
        };
        await manifest.WriteAsync(folders.Output, ct).ConfigureAwait(false);
        return manifest;

        async Task<Result<DataTable?>> ReadAsync(string channel, DataTable? like)
        {
            var folder = Path.Combine(folders.Input, channel);
            if (!Directory.Exists(folder)) return Result<DataTable?>.Ok(null);
            if (like is null || !request.ChannelLayouts.TryGetValue(channel, out var layout)) return (await TableReader.ReadAsync(folder, request.Layout, ct).ConfigureAwait(false)).Map(t => (DataTable?)t);
            if (!(await TableReader.ReadAsync(folder, layout, ct).ConfigureAwait(false)).TryGet(out var table, out var fault)) return fault;
            return table.Rows == 0 ? table : ChannelTable.InColumnsOf(like, request.Layout, table, layout, channel).Map(t => (DataTable?)t);
        }
    }
}
