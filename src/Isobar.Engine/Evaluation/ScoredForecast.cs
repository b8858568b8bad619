using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.AutoMl.Forecasting;
using Isobar.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Evaluation;

/// <summary>What a forecasting model of the engine says of periods that it has not seen, horizon by horizon, each time knowing what came before.</summary>
/// <param name="Manifest">The model's manifest.</param>
/// <param name="Truth">What came.</param>
/// <param name="Mean">What was expected.</param>
/// <param name="Quantiles">The values of the layout's quantiles, period by period.</param>
public sealed record ScoredForecast(ModelManifest Manifest, float[] Truth, float[] Mean, float[] Quantiles)
{
    /// <summary>Forecasts the periods of <paramref name="held"/>, whose series go on where those of <paramref name="past"/> end; series without a past are left out.</summary>
    public static Result<ScoredForecast> Of(ModelPackage package, DataTable past, DataTable held, CancellationToken ct = default)
    {
        if (package.OnnxFile is null || package.ManifestFile is null || JsonSerializer.Deserialize(File.ReadAllBytes(package.ManifestFile), AlgorithmsJson.Default.ModelManifest) is not { Forecast: { } layout } manifest)
            return new Error(ErrorCode.FailedPrecondition, "The artifact is no forecasting model of the engine.");
        if (!Frequency.Parse(layout.Frequency).TryGet(out var frequency, out var error)) return error;
        if (!SeriesReader.Read(past.Append(held), layout, frequency).TryGet(out var whole, out error)) return error;
        if (!SeriesReader.Read(held, layout, frequency).TryGet(out var unseen, out error)) return error;
        var windows = new ForecastWindows(layout.Context, layout.Horizon, frequency, layout.KnownAhead.Count);
        foreach (var one in unseen)
        {
            var series = whole.First(s => s.Item == one.Item);
            var first = one.First - series.First;
            if (first <= 0) continue;
            for (var origin = first; origin < series.Values.Length; origin += layout.Horizon) windows.Add(series, (int)origin);
        }
        return windows.Count == 0 ? new ScoredForecast(manifest, [], [], []) : Run(package.OnnxFile, manifest, layout, windows, ct);
    }

    private static ScoredForecast Run(string onnx, ModelManifest manifest, ForecastLayout layout, ForecastWindows windows, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(onnx, options);
        var inputs = new Dictionary<string, OrtValue> { [ForecastGraph.History] = OrtValue.CreateTensorValueFromMemory(windows.History, [windows.Count, windows.Context]) };
        if (windows.AheadWidth > 0) inputs[ForecastGraph.Ahead] = OrtValue.CreateTensorValueFromMemory(windows.Ahead, [windows.Count, windows.Horizon * windows.AheadWidth]);
        using var run = new RunOptions();
        // What only passes through is not asked for, but has to be given.
        inputs[ForecastGraph.Period] = OrtValue.CreateTensorValueFromMemory(new long[windows.Count], [windows.Count, 1]);
        inputs[ForecastGraph.Item] = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [windows.Count, 1]);
        using var results = session.Run(run, [.. inputs.Keys], [.. inputs.Values], ["mean", "quantiles"]);
        foreach (var value in inputs.Values) value.Dispose();
        var (future, mean, quantiles) = (windows.Future, results[0].GetTensorDataAsSpan<float>().ToArray(), results[1].GetTensorDataAsSpan<float>().ToArray());
        // A last window may reach beyond what is known.
        int[] known = [.. Enumerable.Range(0, future.Length).Where(i => !float.IsNaN(future[i]))];
        var count = layout.Quantiles.Count;
        return new ScoredForecast(manifest, [.. known.Select(i => future[i])], [.. known.Select(i => mean[i])], [.. known.SelectMany(i => quantiles.AsSpan(i * count, count).ToArray())]);
    }
}
