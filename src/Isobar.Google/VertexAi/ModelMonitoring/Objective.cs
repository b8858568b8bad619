using Google.Protobuf.Collections;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using ObjectiveType = Isobar.Google.VertexAi.V1.ModelDeploymentMonitoringObjectiveType;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>One thing that a job watches of one deployed model: how far features are from the training data, or from the window before.</summary>
/// <param name="Thresholds">By feature.</param>
/// <param name="Default">For all features, where none has its own.</param>
internal sealed record Objective(ResourceName Job, string DeployedModel, ObjectiveType Type, IReadOnlyDictionary<string, double> Thresholds, double? Default, ModelMonitoringObjectiveConfig.Types.TrainingDataset? Training)
{
    /// <summary>The engine's schedule of it.</summary>
    public string Schedule => $"{Job.Engine}/{DeployedModel}/{Word}";

    public string Word => Type == ObjectiveType.RawFeatureSkew ? "skew" : "drift";

    /// <summary>The threshold of a feature; null where it is not watched.</summary>
    public double? Threshold(string feature) => Thresholds.TryGetValue(feature, out var own) ? own : Default;

    public static IEnumerable<Objective> Of(ResourceName name, ModelDeploymentMonitoringJob job)
    {
        foreach (var config in job.ModelDeploymentMonitoringObjectiveConfigs)
        {
            var objective = config.ObjectiveConfig ?? new();
            if (objective.TrainingPredictionSkewDetectionConfig is { } skew)
                yield return new Objective(name, config.DeployedModelId, ObjectiveType.RawFeatureSkew, Values(skew.SkewThresholds), skew.SkewThresholds.Count > 0 ? null : skew.DefaultSkewThreshold?.Value, objective.TrainingDataset);
            if (objective.PredictionDriftDetectionConfig is { } drift)
                yield return new Objective(name, config.DeployedModelId, ObjectiveType.RawFeatureDrift, Values(drift.DriftThresholds), drift.DriftThresholds.Count > 0 ? null : drift.DefaultDriftThreshold?.Value, objective.TrainingDataset);
        }
    }

    private static Dictionary<string, double> Values(MapField<string, ThresholdConfig> thresholds) => thresholds.ToDictionary(t => t.Key, t => t.Value.Value);
}
