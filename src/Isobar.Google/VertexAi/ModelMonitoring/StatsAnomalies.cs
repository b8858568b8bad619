using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Monitoring;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Anomalies = Isobar.Google.VertexAi.V1.ModelMonitoringStatsAnomalies;
using ObjectiveType = Isobar.Google.VertexAi.V1.ModelDeploymentMonitoringObjectiveType;

namespace Isobar.Google.VertexAi.ModelMonitoring;

/// <summary>What the runs of a monitoring job have measured, feature by feature.</summary>
internal sealed class StatsAnomalies(MonitoringJobs jobs, IMonitoringSchedules schedules)
{
    private const int DefaultPage = 100, MaxPage = 1000;

    public async Task<SearchModelDeploymentMonitoringStatsAnomaliesResponse> SearchAsync(SearchModelDeploymentMonitoringStatsAnomaliesRequest request, CancellationToken ct)
    {
        var job = await jobs.FindAsync(request.ModelDeploymentMonitoringJob, ct).ConfigureAwait(false);
        if (request.DeployedModelId.Length == 0) throw Faults.Required("deployed_model_id");
        var name = ResourceName.Parse(job.Name, MonitoringJobs.Collection);
        var found = new List<Anomalies>();
        foreach (var objective in Objective.Of(name, job.Value).Where(o => o.DeployedModel == request.DeployedModelId))
        {
            var asked = request.Objectives.FirstOrDefault(o => o.Type == objective.Type || o.Type == ObjectiveType.Unspecified);
            if (asked is null && request.Objectives.Count > 0) continue;
            found.Add(await OneAsync(objective, request, asked?.TopFeatureCount ?? 0, ct).ConfigureAwait(false));
        }
        var skip = request.PageToken.Length == 0 ? 0 : int.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : throw Faults.Invalid("page_token", request.PageToken, "the token of the page before");
        var take = request.PageSize > 0 ? Math.Min(request.PageSize, MaxPage) : DefaultPage;
        return new SearchModelDeploymentMonitoringStatsAnomaliesResponse
        {
            MonitoringStats = { found.Skip(skip).Take(take) },
            NextPageToken = skip + take < found.Count ? (skip + take).ToString(CultureInfo.InvariantCulture) : "",
        };
    }

    private async Task<Anomalies> OneAsync(Objective objective, SearchModelDeploymentMonitoringStatsAnomaliesRequest request, int top, CancellationToken ct)
    {
        var features = new Dictionary<string, Anomalies.Types.FeatureHistoricStatsAnomalies>();
        var (from, to) = (request.StartTime?.ToDateTimeOffset() ?? DateTimeOffset.MinValue, request.EndTime?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue);
        foreach (var run in await schedules.ExecutionsAsync(objective.Schedule + "/", ct).ConfigureAwait(false))
        {
            if (run.ScheduleId != objective.Schedule || run.Report is null || run.To < from || run.To > to) continue;
            if (!(await schedules.DriftAsync(run, ct).ConfigureAwait(false)).TryGet(out var moved, out _)) continue;
            foreach (var feature in moved)
            {
                if (objective.Threshold(feature.Name) is not { } threshold || (request.FeatureDisplayName.Length > 0 && request.FeatureDisplayName != feature.Name)) continue;
                if (!features.TryGetValue(feature.Name, out var shown)) features[feature.Name] = shown = New(objective, feature.Name, threshold);
                shown.PredictionStats.Add(new FeatureStatsAnomaly
                {
                    DistributionDeviation = feature.Distance,
                    AnomalyDetectionThreshold = threshold,
                    StartTime = run.From.ToTimestamp(),
                    EndTime = run.To.ToTimestamp(),
                    StatsUri = MonitoringStorage.Uri(run.Report, "statistics.json"),
                    AnomalyUri = feature.Distance > threshold ? MonitoringStorage.Uri(run.Report, "violations.json") : "",
                });
            }
        }
        var ordered = features.Values.OrderByDescending(f => f.PredictionStats.Max(s => s.DistributionDeviation)).ThenBy(f => f.FeatureDisplayName, StringComparer.Ordinal);
        return new Anomalies
        {
            Objective = objective.Type,
            DeployedModelId = objective.DeployedModel,
            AnomalyCount = features.Values.Sum(f => f.PredictionStats.Count(s => s.DistributionDeviation > s.AnomalyDetectionThreshold)),
            FeatureStats = { top > 0 ? ordered.Take(top) : ordered },
        };
    }

    private static Anomalies.Types.FeatureHistoricStatsAnomalies New(Objective objective, string feature, double threshold) => new()
    {
        FeatureDisplayName = feature,
        Threshold = new ThresholdConfig { Value = threshold },
        // The training data is what is measured from.
        TrainingStats = objective.Type == ObjectiveType.RawFeatureSkew ? new FeatureStatsAnomaly { AnomalyDetectionThreshold = threshold } : null,
    };
}
