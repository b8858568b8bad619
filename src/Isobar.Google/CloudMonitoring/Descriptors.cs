using Google.Api;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Resources;
using Kind = Google.Api.MetricDescriptor.Types.MetricKind;
using ValueType = Google.Api.MetricDescriptor.Types.ValueType;

namespace Isobar.Google.CloudMonitoring;

/// <summary>What metrics and resources there are: those of Vertex AI, and the metrics that users make.</summary>
internal sealed class Descriptors(IStateStore state)
{
    private static readonly string[] Custom = ["custom.googleapis.com/", "external.googleapis.com/", "workload.googleapis.com/", "prometheus.googleapis.com/"];
    private readonly ResourceTable<MetricDescriptor> _table = new(state, "metricDescriptors");

    public static IReadOnlyList<MonitoredResourceDescriptor> Resources { get; } =
    [
        Resource(EndpointMetricNames.Resource, "Vertex AI Endpoint", "resource_container", "location", "endpoint_id"),
        Resource("global", "Global", "project_id"),
        Resource("generic_node", "Generic Node", "project_id", "location", "namespace", "node_id"),
        Resource("generic_task", "Generic Task", "project_id", "location", "namespace", "job", "task_id"),
        Resource("gce_instance", "VM Instance", "project_id", "instance_id", "zone"),
        Resource("k8s_container", "Kubernetes Container", "project_id", "location", "cluster_name", "namespace_name", "pod_name", "container_name"),
    ];

    private static readonly IReadOnlyList<MetricDescriptor> BuiltIn =
    [
        BuiltInMetric(EndpointMetricNames.Predictions, "Prediction count", "Online predictions that were asked for.", ValueType.Int64, "1", "deployed_model_id"),
        BuiltInMetric(EndpointMetricNames.Errors, "Error count", "Online predictions that failed.", ValueType.Int64, "1", "deployed_model_id"),
        BuiltInMetric(EndpointMetricNames.Latencies, "Prediction latencies", "Time that predictions took, in the model and outside of it.", ValueType.Distribution, "us", "deployed_model_id", "latency_type"),
    ];

    /// <summary>Whether users may make and drop such metrics.</summary>
    public static bool IsCustom(string type) => Custom.Any(c => type.StartsWith(c, StringComparison.Ordinal) && type.Length > c.Length);

    public async Task<MetricDescriptor?> FindAsync(string project, string type, CancellationToken ct) =>
        BuiltIn.FirstOrDefault(d => d.Type == type) is { } known ? Named(project, known) : (await _table.GetAsync(Name(project, type), ct).ConfigureAwait(false))?.Value;

    public async Task<IReadOnlyList<Stored<MetricDescriptor>>> ListAsync(string project, CancellationToken ct) =>
    [
        .. BuiltIn.Select(d => new Stored<MetricDescriptor>(Name(project, d.Type), Named(project, d), DateTimeOffset.UnixEpoch)),
        .. await _table.ListAsync($"projects/{project}/metricDescriptors/", ct).ConfigureAwait(false),
    ];

    public Task PutAsync(string project, MetricDescriptor descriptor, CancellationToken ct)
    {
        descriptor.Name = Name(project, descriptor.Type);
        return _table.PutAsync(descriptor.Name, descriptor, ct);
    }

    public Task<bool> DeleteAsync(string project, string type, CancellationToken ct) => _table.DeleteAsync(Name(project, type), ct);

    public static MonitoredResourceDescriptor Named(string project, MonitoredResourceDescriptor descriptor)
    {
        var named = descriptor.Clone();
        named.Name = $"projects/{project}/monitoredResourceDescriptors/{descriptor.Type}";
        return named;
    }

    private static string Name(string project, string type) => $"projects/{project}/metricDescriptors/{type}";

    private static MetricDescriptor Named(string project, MetricDescriptor descriptor)
    {
        var named = descriptor.Clone();
        named.Name = Name(project, descriptor.Type);
        return named;
    }

    private static MetricDescriptor BuiltInMetric(string type, string display, string description, ValueType value, string unit, params string[] labels) => new()
    {
        Type = type, DisplayName = display, Description = description, MetricKind = Kind.Delta, ValueType = value, Unit = unit, LaunchStage = LaunchStage.Ga,
        Labels = { labels.Select(l => new LabelDescriptor { Key = l }) },
        MonitoredResourceTypes = { EndpointMetricNames.Resource },
    };

    private static MonitoredResourceDescriptor Resource(string type, string display, params string[] labels) => new() { Type = type, DisplayName = display, Labels = { labels.Select(l => new LabelDescriptor { Key = l }) } };
}
