using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Aws.Protocols;
using Isobar.Aws.Protocols.Cbor;

namespace Isobar.Aws.CloudWatch;

/// <summary>CloudWatch metrics and alarms, 2010-08-01, over the three protocols that SDKs old and new speak: query, JSON and CBOR.</summary>
internal sealed class CloudWatchService : AwsRpcService
{
    private const string ServiceName = "GraniteServiceVersion20100801";
    private readonly AlarmStore _alarms;

    public CloudWatchService(MetricQueries queries, AlarmStore alarms)
        : base("CloudWatch", new RpcIdentity { TargetPrefix = ServiceName, JsonVersion = "1.0", QueryVersion = "2010-08-01", XmlNamespace = "http://monitoring.amazonaws.com/doc/2010-08-01/", SigningNames = ["monitoring"] })
    {
        _alarms = alarms;
        var json = ReflectedJson.Pascal;
        Operation("GetMetricData", json.Of<GetMetricDataInput>(), json.Of<GetMetricDataOutput>(), queries.DataAsync, note: "without metric math");
        Operation("GetMetricStatistics", json.Of<GetMetricStatisticsInput>(), json.Of<GetMetricStatisticsOutput>(), queries.StatisticsAsync);
        Operation("ListMetrics", json.Of<ListMetricsInput>(), json.Of<ListMetricsOutput>(), queries.ListAsync);
        Operation("PutMetricData", json.Of<PutMetricDataInput>(), queries.PutAsync);
        Operation("PutMetricAlarm", json.Of<PutMetricAlarmInput>(), PutAlarmAsync, note: "of one metric");
        Operation("DescribeAlarms", json.Of<DescribeAlarmsInput>(), json.Of<DescribeAlarmsOutput>(), DescribeAlarmsAsync);
        Operation("DeleteAlarms", json.Of<DeleteAlarmsInput>(), DeleteAlarmsAsync);
        Operation("SetAlarmState", json.Of<SetAlarmStateInput>(), SetAlarmStateAsync);
    }

    public override bool Matches(AwsRequest request) => CborRpc.TryParsePath(request, out var service, out _) ? service == ServiceName : base.Matches(request);

    public override async Task HandleAsync(AwsRequest request)
    {
        if (!CborRpc.TryParsePath(request, out _, out var name))
        {
            await base.HandleAsync(request);
            return;
        }
        var body = await request.ReadBodyAsync();
        if (Find(name) is not { } operation)
        {
            await RefuseAsync(request, new AwsError("UnknownOperationException", $"Unknown operation: {name}"));
            return;
        }
        if (!body.TryGet(out var bytes, out var tooLarge))
        {
            await RefuseAsync(request, new AwsError("RequestEntityTooLarge", tooLarge.Message, 413));
            return;
        }
        object parsed;
        try
        {
            parsed = CborRpc.Read(bytes).Deserialize(operation.Request)!;
        }
        catch (JsonException e)
        {
            await RefuseAsync(request, new AwsError("SerializationException", $"The request is not what {name} takes: {e.Message}"));
            return;
        }
        var (reply, error) = await InvokeAsync(operation, parsed, request);
        if (error is not null) await RefuseAsync(request, error);
        else await CborRpc.WriteAsync(request.Http.Response, reply!, operation.Reply);
    }

    public override Task RefuseAsync(AwsRequest request, AwsError error) =>
        CborRpc.TryParsePath(request, out _, out _) ? CborRpc.WriteErrorAsync(request.Http.Response, error, error.Code) : base.RefuseAsync(request, error);

    protected override AwsError Invalid(string message) => new("ValidationError", message);

    private async Task<AwsResult<NoReply>> PutAlarmAsync(PutMetricAlarmInput input, AwsCaller caller, CancellationToken ct)
    {
        if ((input.Statistic is null) == (input.ExtendedStatistic is null)) return new AwsError("ValidationError", "Exactly one of Statistic and ExtendedStatistic must be specified");
        if (input.ExtendedStatistic is { } extended && !Statistics.IsKnown(extended)) return new AwsError("ValidationError", $"The value {extended} for parameter ExtendedStatistic is not supported.");
        if (input.DatapointsToAlarm > input.EvaluationPeriods) return new AwsError("ValidationError", "DatapointsToAlarm must not be greater than EvaluationPeriods");
        if ((long)input.Period!.Value * input.EvaluationPeriods!.Value > 604_800) return new AwsError("ValidationError", "Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).");
        await _alarms.PutAsync(caller, input, ct);
        return NoReply.Value;
    }

    private async Task<AwsResult<DescribeAlarmsOutput>> DescribeAlarmsAsync(DescribeAlarmsInput input, AwsCaller caller, CancellationToken ct)
    {
        var skip = int.TryParse(input.NextToken, out var at) ? at : 0;
        var size = input.MaxRecords ?? 50;
        var found = (await _alarms.ListAsync(caller, ct)).Select(d => d.Value)
            .Where(a => input.AlarmNames is not { Count: > 0 } names || names.Contains(a.AlarmName))
            .Where(a => input.AlarmNamePrefix is not { } prefix || a.AlarmName!.StartsWith(prefix, StringComparison.Ordinal))
            .Where(a => input.StateValue is null || a.StateValue == input.StateValue)
            .Where(a => input.ActionPrefix is not { } action || a.AlarmActions!.Any(x => x.StartsWith(action, StringComparison.Ordinal)))
            .Skip(skip).ToList();
        return new DescribeAlarmsOutput([.. found.Take(size)], found.Count > size ? (skip + size).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    private async Task<AwsResult<NoReply>> DeleteAlarmsAsync(DeleteAlarmsInput input, AwsCaller caller, CancellationToken ct)
    {
        var known = (await _alarms.ListAsync(caller, ct)).Select(d => d.Value.AlarmName).ToHashSet();
        if (input.AlarmNames!.FirstOrDefault(n => !known.Contains(n)) is { } missing && input.AlarmNames!.Count == 1) return new AwsError("ResourceNotFound", $"The alarm {missing} does not exist", 404);
        foreach (var name in input.AlarmNames!) await _alarms.DeleteAsync(caller, name, ct);
        return NoReply.Value;
    }

    private async Task<AwsResult<NoReply>> SetAlarmStateAsync(SetAlarmStateInput input, AwsCaller caller, CancellationToken ct)
    {
        var set = await _alarms.SetStateAsync(AlarmStore.IdOf(caller, input.AlarmName!), input.StateValue!, input.StateReason!, input.StateReasonData, ct);
        return set.IsOk ? NoReply.Value : new AwsError("ResourceNotFound", $"The alarm {input.AlarmName} does not exist", 404);
    }
}
