using System.Globalization;
using Google.Api;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.CloudMonitoring.V3;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.CloudMonitoring;

/// <summary><c>MetricService</c> of Cloud Monitoring.</summary>
internal sealed class MetricRpc(Descriptors descriptors, TimeSeriesReader reader, TimeSeriesWriter writer) : MetricService.MetricServiceBase
{
    private const int MaxPage = 100_000;

    public override async Task<ListTimeSeriesResponse> ListTimeSeries(ListTimeSeriesRequest request, ServerCallContext context)
    {
        var all = await reader.ReadAsync(Project(request.Name, ""), request, context.CancellationToken).ConfigureAwait(false);
        var skip = request.PageToken.Length == 0 ? 0 : int.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : throw Faults.Invalid("page_token", request.PageToken, "the token of the page before");
        var answer = new ListTimeSeriesResponse();
        // A page is counted in points; a series is not torn.
        for (var (points, limit) = (0, request.PageSize is > 0 and < MaxPage ? request.PageSize : MaxPage); skip < all.Count && (points == 0 || points + all[skip].Points.Count <= limit); skip++)
        {
            answer.TimeSeries.Add(all[skip]);
            points += Math.Max(1, all[skip].Points.Count);
        }
        if (skip < all.Count) answer.NextPageToken = skip.ToString(CultureInfo.InvariantCulture);
        return answer;
    }

    public override async Task<Empty> CreateTimeSeries(CreateTimeSeriesRequest request, ServerCallContext context)
    {
        await writer.WriteAsync(Project(request.Name, ""), request.TimeSeries, context.CancellationToken).ConfigureAwait(false);
        return new Empty();
    }

    public override async Task<ListMetricDescriptorsResponse> ListMetricDescriptors(ListMetricDescriptorsRequest request, ServerCallContext context)
    {
        var all = await descriptors.ListAsync(Project(request.Name, ""), context.CancellationToken).ConfigureAwait(false);
        var (page, next) = Listing.Cut(all, request.Filter, "type", request.PageSize, request.PageToken, (d, path) => path switch
        {
            "metric.type" or "type" => d.Value.Type,
            "resource.type" => d.Value.MonitoredResourceTypes.FirstOrDefault(),
            "project" => Project(request.Name, ""),
            _ => null,
        });
        return new ListMetricDescriptorsResponse { MetricDescriptors = { page.Select(d => d.Value) }, NextPageToken = next };
    }

    public override async Task<MetricDescriptor> GetMetricDescriptor(GetMetricDescriptorRequest request, ServerCallContext context) =>
        await descriptors.FindAsync(Project(request.Name, "metricDescriptors"), Type(request.Name), context.CancellationToken).ConfigureAwait(false) ?? throw Faults.NotFound(request.Name);

    public override async Task<MetricDescriptor> CreateMetricDescriptor(CreateMetricDescriptorRequest request, ServerCallContext context)
    {
        var project = Project(request.Name, "");
        var descriptor = request.MetricDescriptor ?? throw Faults.Required("metric_descriptor");
        if (!Descriptors.IsCustom(descriptor.Type)) throw Faults.Invalid("metric_descriptor.type", descriptor.Type, "a metric of your own, such as custom.googleapis.com/name");
        if (descriptor.MetricKind is not (MetricDescriptor.Types.MetricKind.Gauge or MetricDescriptor.Types.MetricKind.Cumulative)) throw Faults.Invalid("metric_descriptor.metric_kind", descriptor.MetricKind.ToString(), "GAUGE or CUMULATIVE");
        if (descriptor.ValueType is not (MetricDescriptor.Types.ValueType.Int64 or MetricDescriptor.Types.ValueType.Double or MetricDescriptor.Types.ValueType.Bool)) throw Faults.Unimplemented($"metric_descriptor.value_type {descriptor.ValueType} is not supported here; INT64, DOUBLE and BOOL are.");
        await descriptors.PutAsync(project, descriptor, context.CancellationToken).ConfigureAwait(false);
        return descriptor;
    }

    public override async Task<Empty> DeleteMetricDescriptor(DeleteMetricDescriptorRequest request, ServerCallContext context)
    {
        var (project, type) = (Project(request.Name, "metricDescriptors"), Type(request.Name));
        if (!Descriptors.IsCustom(type)) throw Faults.Invalid("name", request.Name, "a metric of your own");
        return await descriptors.DeleteAsync(project, type, context.CancellationToken).ConfigureAwait(false) ? new Empty() : throw Faults.NotFound(request.Name);
    }

    public override Task<ListMonitoredResourceDescriptorsResponse> ListMonitoredResourceDescriptors(ListMonitoredResourceDescriptorsRequest request, ServerCallContext context)
    {
        var project = Project(request.Name, "");
        var all = Descriptors.Resources.Select(r => Descriptors.Named(project, r)).Select(r => new Stored<MonitoredResourceDescriptor>(r.Name, r, DateTimeOffset.UnixEpoch));
        var (page, next) = Listing.Cut(all, request.Filter, "type", request.PageSize, request.PageToken, (r, path) => path is "resource.type" or "type" ? r.Value.Type : null);
        return Task.FromResult(new ListMonitoredResourceDescriptorsResponse { ResourceDescriptors = { page.Select(r => r.Value) }, NextPageToken = next });
    }

    public override Task<MonitoredResourceDescriptor> GetMonitoredResourceDescriptor(GetMonitoredResourceDescriptorRequest request, ServerCallContext context)
    {
        var project = Project(request.Name, "monitoredResourceDescriptors");
        return Descriptors.Resources.FirstOrDefault(r => r.Type == Type(request.Name)) is { } found ? Task.FromResult(Descriptors.Named(project, found)) : throw Faults.NotFound(request.Name);
    }

    /// <summary>The project of <c>projects/P</c>, or of what is kept below it.</summary>
    private static string Project(string name, string below) => name.Split('/') switch
    {
        ["projects", { Length: > 0 } project] when below.Length == 0 => project,
        ["projects", { Length: > 0 } project, var kind, _, ..] when kind == below => project,
        _ => throw Faults.Invalid("name", name, below.Length == 0 ? "projects/PROJECT" : $"projects/PROJECT/{below}/TYPE"),
    };

    private static string Type(string name) => string.Join('/', name.Split('/').Skip(3));
}
