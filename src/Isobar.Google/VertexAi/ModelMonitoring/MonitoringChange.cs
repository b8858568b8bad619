using Google.Protobuf.WellKnownTypes;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Job = Isobar.Google.VertexAi.V1.ModelDeploymentMonitoringJob;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>Changes of a monitoring job by field mask: whole fields, and parts of the objectives of all its deployed models.</summary>
internal static class MonitoringChange
{
    private const string Part = "model_deployment_monitoring_objective_configs.objective_config.";
    private static readonly string[] Updatable =
        ["display_name", "model_deployment_monitoring_schedule_config", "model_monitoring_alert_config", "logging_sampling_strategy", "labels", "log_ttl", "enable_monitoring_pipeline_logs", "model_deployment_monitoring_objective_configs"];
    private static readonly string[] Parts = ["training_dataset", "training_prediction_skew_detection_config", "prediction_drift_detection_config"];

    public static void Merge(FieldMask? mask, Job from, Job into)
    {
        var nested = (mask?.Paths ?? []).Where(p => p.StartsWith(Part, StringComparison.Ordinal)).ToList();
        var whole = new FieldMask { Paths = { (mask?.Paths ?? []).Except(nested) } };
        if (whole.Paths.Count > 0 || nested.Count == 0) FieldMasks.Merge(whole, from, into, Updatable);
        if (nested.Count == 0) return;
        foreach (var config in into.ModelDeploymentMonitoringObjectiveConfigs)
        {
            // What is meant for all deployed models is given once.
            var change = from.ModelDeploymentMonitoringObjectiveConfigs.FirstOrDefault(c => c.DeployedModelId == config.DeployedModelId) ?? from.ModelDeploymentMonitoringObjectiveConfigs.FirstOrDefault(c => c.DeployedModelId.Length == 0);
            if (change is null) continue;
            config.ObjectiveConfig ??= new();
            FieldMasks.Merge(new FieldMask { Paths = { nested.Select(p => p[Part.Length..]) } }, change.ObjectiveConfig ?? new ModelMonitoringObjectiveConfig(), config.ObjectiveConfig, Parts);
        }
    }
}
