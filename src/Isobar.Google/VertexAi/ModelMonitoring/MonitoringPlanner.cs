using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Collections;
using Isobar.Engine.Logs;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Reports;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using ObjectiveType = Isobar.Google.VertexAi.V1.ModelDeploymentMonitoringObjectiveType;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>Turns a monitoring job into the engine's schedules, one for each deployed model and objective.</summary>
internal sealed class MonitoringPlanner(EndpointStore endpoints, TrainingBaseline training, MonitoringStorage storage)
{
    public const string LogGroup = "aiplatform.googleapis.com/ModelDeploymentMonitoringJob";
    private const string Field = "model_deployment_monitoring_job", Configs = $"{Field}.model_deployment_monitoring_objective_configs";
    // No distance is larger: what has no threshold is measured and never found at fault.
    private const double Never = 2;
    private static readonly JsonReports Reports = new(CustomJobPlanner.Owner);

    public static double SampleRate(ModelDeploymentMonitoringJob job) => job.LoggingSamplingStrategy?.RandomSampleConfig?.SampleRate ?? 0;

    /// <summary>The interval, up to the next full hour.</summary>
    public static TimeSpan Interval(ModelDeploymentMonitoringJob job) => TimeSpan.FromHours(Math.Ceiling(job.ModelDeploymentMonitoringScheduleConfig.MonitorInterval.ToTimeSpan().TotalHours));

    // 1. Check all that can be wrong. 2. For each objective learn the baseline and write it. 3. Say when to run, over which time and what to write.
    public async Task<IReadOnlyList<MonitorSpec>> PlanAsync(ResourceName name, ModelDeploymentMonitoringJob job, CancellationToken ct)
    {
        // 1.
        await CheckAsync(job, ct).ConfigureAwait(false);
        await storage.PrepareAsync(ct).ConfigureAwait(false);
        var specs = new List<MonitorSpec>();
        var endpoint = ResourceName.Parse(job.Endpoint, EndpointStore.Endpoints);
        var folder = MonitoringStorage.Folder(name, job);
        foreach (var objective in Objective.Of(name, job))
        {
            // 2.
            var baseline = objective.Training is null ? null : await training.ReadAsync(objective.Training, $"{Configs}.objective_config.training_dataset", ct).ConfigureAwait(false);
            if (objective.Type == ObjectiveType.RawFeatureSkew && baseline is null) throw Faults.Required($"{Configs}.objective_config.training_dataset");
            if (baseline is not null && objective.Thresholds.Keys.FirstOrDefault(t => baseline.Find(t) is null) is { } unknown)
                throw Faults.Invalid($"{Configs}.objective_config.training_prediction_skew_detection_config.skew_thresholds", unknown, $"features are {string.Join(", ", baseline.Features.Select(f => f.Name))}");
            var constraints = Constraints(objective, baseline, job);
            var at = folder.Below($"{objective.DeployedModel}/{objective.Word}/baseline");
            foreach (var file in Reports.Write(baseline ?? new DatasetStatistics(0, []), constraints, null)) await storage.PutAsync(at.Below(file.Name), file.Content, ct).ConfigureAwait(false);

            // 3.
            specs.Add(new MonitorSpec
            {
                Id = objective.Schedule,
                Owner = CustomJobPlanner.Owner,
                Name = $"{objective.DeployedModel}-{objective.Word}",
                Region = name.Location,
                EndpointId = endpoint.Engine,
                EndpointName = endpoint.Id,
                Variant = objective.DeployedModel,
                Every = Interval(job),
                AtOnce = true,
                StartOffset = -(job.ModelDeploymentMonitoringScheduleConfig.MonitorWindow?.ToTimeSpan() is { Ticks: > 0 } window ? window : Interval(job)),
                Constraints = at.Below("constraints.json"),
                Statistics = objective.Type == ObjectiveType.RawFeatureSkew ? at.Below("statistics.json") : null,
                AgainstLastRun = objective.Type == ObjectiveType.RawFeatureDrift,
                Output = folder.Below(objective.Word),
                Log = job.EnableMonitoringPipelineLogs || job.ModelMonitoringAlertConfig?.EnableLogging == true ? new LogStreamName(CustomJobPlanner.Owner, LogGroup, $"{name.Project}/{name.Location}/{name.Id}") : null,
                Tags = job.Labels.ToDictionary(),
            });
        }
        return specs.Count > 0 ? specs : throw Faults.Required($"{Configs}[0].objective_config.prediction_drift_detection_config");
    }

    private async Task CheckAsync(ModelDeploymentMonitoringJob job, CancellationToken ct)
    {
        if (job.DisplayName.Length is 0 or > 128) throw Faults.Invalid($"{Field}.display_name", job.DisplayName, "1 to 128 characters");
        if (job.Endpoint.Length == 0) throw Faults.Required($"{Field}.endpoint");
        var endpoint = (await endpoints.FindAsync(job.Endpoint, ct, $"{Field}.endpoint").ConfigureAwait(false)).Value;
        if (job.ModelDeploymentMonitoringScheduleConfig?.MonitorInterval is not { Seconds: > 0 }) throw Faults.Required($"{Field}.model_deployment_monitoring_schedule_config.monitor_interval");
        if (SampleRate(job) is not (> 0 and <= 1)) throw Faults.Invalid($"{Field}.logging_sampling_strategy.random_sample_config.sample_rate", SampleRate(job).ToString(CultureInfo.InvariantCulture), "above 0, up to 1");
        if (job.ModelMonitoringAlertConfig is { NotificationChannels.Count: > 0 }) throw Faults.Unimplemented($"{Field}.model_monitoring_alert_config.notification_channels is not supported here: anomalies are read by searchModelDeploymentMonitoringStatsAnomalies and in the log.");
        if (job.ModelDeploymentMonitoringObjectiveConfigs.Count == 0) throw Faults.Required(Configs);
        for (var i = 0; i < job.ModelDeploymentMonitoringObjectiveConfigs.Count; i++)
        {
            var config = job.ModelDeploymentMonitoringObjectiveConfigs[i];
            if (endpoint.DeployedModels.All(d => d.Id != config.DeployedModelId))
                throw Faults.Invalid($"{Configs}[{i}].deployed_model_id", config.DeployedModelId, $"deployed models are {string.Join(", ", endpoint.DeployedModels.Select(d => d.Id))}");
            var (skew, drift) = (config.ObjectiveConfig?.TrainingPredictionSkewDetectionConfig, config.ObjectiveConfig?.PredictionDriftDetectionConfig);
            if (skew is { AttributionScoreSkewThresholds.Count: > 0 } || drift is { AttributionScoreDriftThresholds.Count: > 0 } || config.ObjectiveConfig?.ExplanationConfig is { EnableFeatureAttributes: true })
                throw Faults.Unimplemented($"{Configs}[{i}]: attributions are not watched here, the features themselves are.");
            Check(skew?.SkewThresholds, skew?.DefaultSkewThreshold, $"{Configs}[{i}].objective_config.training_prediction_skew_detection_config.skew_thresholds");
            Check(drift?.DriftThresholds, drift?.DefaultDriftThreshold, $"{Configs}[{i}].objective_config.prediction_drift_detection_config.drift_thresholds");
        }
    }

    private static void Check(MapField<string, ThresholdConfig>? thresholds, ThresholdConfig? all, string field)
    {
        foreach (var (feature, threshold) in (thresholds ?? []).Concat(all is null ? [] : [KeyValuePair.Create("*", all)]))
            if (threshold.Value is not (> 0 and <= 1)) throw Faults.Invalid($"{field}[{feature}]", threshold.Value.ToString(CultureInfo.InvariantCulture), "above 0, up to 1");
    }

    private static DataConstraints Constraints(Objective objective, DatasetStatistics? baseline, ModelDeploymentMonitoringJob job)
    {
        var names = baseline?.Features.Select(f => f.Name).ToList() ?? Sample(job) ?? [.. objective.Thresholds.Keys];
        return new DataConstraints
        {
            Features = [.. names.Select(n => new FeatureConstraints { Name = n, Type = baseline?.Find(n)?.Type ?? FeatureType.Unknown, Completeness = 0, DriftThreshold = objective.Threshold(n) ?? Never })],
            DriftOnly = true,
            Method = DriftMethod.Divergence,
            NumberDriftThreshold = objective.Default ?? Never,
            CategoryDriftThreshold = objective.Default ?? Never,
        };
    }

    /// <summary>The names of a sample instance's features.</summary>
    private static List<string>? Sample(ModelDeploymentMonitoringJob job)
    {
        if (job.SamplePredictInstance is null) return null;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) ValueJson.Write(json, job.SamplePredictInstance);
        return [.. DatasetReader.Json(JsonElement.Parse(buffer.ToArray())).Names];
    }
}
