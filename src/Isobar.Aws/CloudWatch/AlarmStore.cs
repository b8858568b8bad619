using Isobar.Aws.Protocols;
using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Aws.CloudWatch;

/// <summary>Alarms by account and region, durable.</summary>
internal sealed class AlarmStore(IStateStore state, TimeProvider time)
{
    private static readonly Collection<MetricAlarm> Alarms = new("aws.cloudwatch.alarms", ReflectedJson.Pascal.Of<MetricAlarm>());

    public static string IdOf(AwsCaller caller, string name) => $"{caller.Account}/{caller.Region}/{name}";

    public async Task PutAsync(AwsCaller caller, PutMetricAlarmInput input, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var old = (await state.GetAsync(Alarms, IdOf(caller, input.AlarmName!), ct))?.Value;
        await state.PutAsync(Alarms, IdOf(caller, input.AlarmName!), new MetricAlarm
        {
            AlarmName = input.AlarmName, AlarmArn = Arn.Of(caller, "cloudwatch", $"alarm:{input.AlarmName}").ToString(), AlarmDescription = input.AlarmDescription,
            AlarmConfigurationUpdatedTimestamp = now, ActionsEnabled = input.ActionsEnabled ?? true,
            OKActions = input.OKActions ?? [], AlarmActions = input.AlarmActions ?? [], InsufficientDataActions = input.InsufficientDataActions ?? [],
            StateValue = old?.StateValue ?? "INSUFFICIENT_DATA", StateReason = old?.StateReason ?? "Unchecked: Initial alarm creation", StateUpdatedTimestamp = old?.StateUpdatedTimestamp ?? now,
            MetricName = input.MetricName, Namespace = input.Namespace, Statistic = input.Statistic, ExtendedStatistic = input.ExtendedStatistic, Dimensions = input.Dimensions ?? [],
            Period = input.Period, Unit = input.Unit, EvaluationPeriods = input.EvaluationPeriods, DatapointsToAlarm = input.DatapointsToAlarm,
            Threshold = input.Threshold, ComparisonOperator = input.ComparisonOperator, TreatMissingData = input.TreatMissingData ?? "missing",
        }, ct);
    }

    public async Task<IReadOnlyList<Document<MetricAlarm>>> ListAsync(AwsCaller? caller, CancellationToken ct) =>
        await state.ListAsync(Alarms, caller is null ? "" : IdOf(caller, ""), ct);

    public Task<bool> DeleteAsync(AwsCaller caller, string name, CancellationToken ct) => state.DeleteAsync(Alarms, IdOf(caller, name), ct);

    public async Task<Result<MetricAlarm>> SetStateAsync(string id, string value, string reason, string? data, CancellationToken ct) =>
        (await state.ChangeAsync<MetricAlarm>(Alarms, id, a => a with { StateValue = value, StateReason = reason, StateReasonData = data, StateUpdatedTimestamp = time.GetUtcNow() }, ct)).Map(d => d.Value);
}
