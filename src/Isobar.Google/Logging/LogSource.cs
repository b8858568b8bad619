using System.Globalization;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Logs;
using Isobar.Google.Logging.V2;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.ModelMonitoring;

namespace Isobar.Google.Logging;

/// <summary>Where entries come from: each kind of resource has a group of its own in the engine, and what clients write another.</summary>
internal sealed record LogSource(string Group, string? ResourceType, string? IdLabel, string LogId)
{
    public static readonly LogSource Jobs = new(CustomJobPlanner.LogGroup, "ml_job", "job_id", "workerpool0-0");
    public static readonly LogSource Endpoints = new(Deployments.LogGroup, "aiplatform.googleapis.com/Endpoint", "endpoint_id", "aiplatform.googleapis.com%2Fprediction_container");
    public static readonly LogSource Monitoring = new(MonitoringPlanner.LogGroup, "aiplatform.googleapis.com/ModelDeploymentMonitoringJob", "model_deployment_monitoring_job", "aiplatform.googleapis.com%2Fmodel_monitoring_anomaly");
    public static readonly LogSource Written = new("logging.googleapis.com/entries", null, null, "");

    public static readonly IReadOnlyList<LogSource> Engine = [Jobs, Endpoints, Monitoring];

    public static LogSource Of(LogFilter filter) => filter.Job is not null ? Jobs : filter.Endpoint is not null ? Endpoints : Engine.FirstOrDefault(s => s.ResourceType == filter.ResourceType) ?? Written;

    /// <summary>A line of the engine as an entry.</summary>
    public LogEntry Entry(string project, LogLine line)
    {
        var id = line.Sequence.ToString("d12", CultureInfo.InvariantCulture);
        LogEntry entry;
        if (ResourceType is null)
        {
            entry = JsonParser.Default.Parse<LogEntry>(line.Message);
            if (entry.InsertId.Length == 0) entry.InsertId = id;
        }
        else
        {
            // project/location/id, and for endpoints the deployed model behind it.
            var parts = line.Stream.Stream.Split('/');
            entry = new LogEntry
            {
                LogName = $"projects/{project}/logs/{LogId}", TextPayload = line.Message, InsertId = id,
                Resource = new MonitoredResource { Type = ResourceType, Labels = { ["project_id"] = project, [IdLabel!] = parts.ElementAtOrDefault(2) ?? "", ["location"] = parts.ElementAtOrDefault(1) ?? "" } },
            };
            if (this == Jobs) entry.Resource.Labels["task_name"] = LogId;
        }
        entry.Timestamp = line.Time.ToTimestamp();
        entry.ReceiveTimestamp = line.Ingested.ToTimestamp();
        return entry;
    }
}
