using System.Globalization;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Algorithms;

namespace Isobar.Aws.SageMaker.AutoMl;

/// <summary>Autopilot's forecasts in the engine's words.</summary>
internal static class AutoMlForecasts
{
    private static readonly string[] DefaultQuantiles = ["p10", "p50", "p90"];

    public static TrainingRequest Training(CreateAutoMLJobV2Request request, TimeSeriesForecastingJobConfig job, List<string> faults)
    {
        var config = job.TimeSeriesConfig!;
        if (job.FeatureSpecificationS3Uri is not null) faults.Add("FeatureSpecificationS3Uri is not supported here.");
        if (job.HolidayConfig is not null) faults.Add("HolidayConfig is not supported here.");
        if (job.CandidateGenerationConfig is not null) faults.Add("CandidateGenerationConfig is not supported for forecasting.");
        if (config.GroupingAttributeNames is not null) faults.Add("GroupingAttributeNames is not supported here: put the groups into the item's identifier.");
        var target = config.TargetAttributeName!;
        foreach (var column in (job.Transformations?.Aggregation?.Keys ?? []).Concat(job.Transformations?.Filling?.Keys ?? []).Where(c => c != target).Distinct())
            faults.Add($"Transformations of '{column}' are not supported here; those of {target} are.");
        var values = new Dictionary<string, string>
        {
            ["time_column"] = config.TimestampAttributeName!,
            ["item_column"] = config.ItemIdentifierAttributeName!,
            ["frequency"] = job.ForecastFrequency!,
            ["horizon"] = job.ForecastHorizon!.Value.ToString(CultureInfo.InvariantCulture),
            ["quantiles"] = string.Join(',', (job.ForecastQuantiles ?? DefaultQuantiles).Select(Share)),
            ["objective"] = Objective(request, faults),
        };
        if (job.Transformations?.Aggregation?.GetValueOrDefault(target) is { } aggregation) values["aggregation"] = aggregation;
        if (job.Transformations?.Filling?.GetValueOrDefault(target) is { } filling) Fill(filling, values, faults);
        return new TrainingRequest
        {
            Algorithm = "forecasting",
            Task = LearningTask.Forecasting,
            HyperParameters = values,
            Layout = new DataLayout { Label = target },
            Annotations = new Dictionary<string, string> { ["sagemaker"] = "isobar/automl" },
        };
    }

    private static string Share(string quantile) => (int.Parse(quantile.AsSpan(1), CultureInfo.InvariantCulture) / 100.0).ToString(CultureInfo.InvariantCulture);

    private static string Objective(CreateAutoMLJobV2Request request, List<string> faults)
    {
        if (request.AutoMLJobObjective?.MetricName is not { } metric) return "wql";
        if (AutoMlWords.Objective(metric, LearningTask.Forecasting) is { } name) return name;
        faults.Add($"The objective metric {metric} is not supported for forecasting; {string.Join(", ", AutoMlWords.Objectives(LearningTask.Forecasting))} are.");
        return "";
    }

    private static void Fill(IReadOnlyDictionary<string, string> filling, Dictionary<string, string> values, List<string> faults)
    {
        foreach (var (kind, how) in filling)
        {
            if (kind == "middlefill" && how is ("zero" or "mean" or "median" or "min" or "max")) values["filling"] = how;
            else faults.Add($"The filling {kind} '{how}' is not supported here; middlefill with zero, mean, median, min or max is.");
        }
    }
}
