using Isobar.Aws.CloudWatch;
using Isobar.Aws.Protocols;
using Isobar.Aws.Tests.SageMaker;
using Isobar.Engine.Metrics;
using Isobar.Engine.State;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Aws.Tests.CloudWatch;

public sealed class AlarmTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 12, 0, 5, TimeSpan.Zero);
    private static readonly AwsCaller Caller = new("000000000000", "us-east-1", "key", "id");
    private readonly EmulatorFixture _emulator = new();
    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public async Task Evaluate_TwoOfThreeMinutesAbove_RaisesAndThenClears()
    {
        var metrics = _emulator.Get<IMetricStore>();
        var alarms = new AlarmStore(_emulator.Get<IStateStore>(), _time);
        var evaluator = new AlarmEvaluator(alarms, metrics, [], _time, NullLogger<AlarmEvaluator>.Instance);
        await alarms.PutAsync(Caller, new PutMetricAlarmInput
        {
            AlarmName = "hot", MetricName = "Load", Namespace = "Mine", Statistic = "Average", Period = 60, EvaluationPeriods = 3, DatapointsToAlarm = 2, Threshold = 10, ComparisonOperator = "GreaterThanThreshold",
        }, default);

        await evaluator.EvaluateAsync(default);
        Assert.Equal("INSUFFICIENT_DATA", await StateAsync());

        foreach (var (minute, value) in new[] { (0, 5.0), (1, 20.0), (2, 30.0) }) metrics.Record(MetricQueries.IdOf("Mine", "Load", null), value, time: Start.AddMinutes(minute));
        _time.Advance(TimeSpan.FromMinutes(3));
        await evaluator.EvaluateAsync(default);
        Assert.Equal("ALARM", await StateAsync());

        metrics.Record(MetricQueries.IdOf("Mine", "Load", null), 1, time: Start.AddMinutes(3));
        metrics.Record(MetricQueries.IdOf("Mine", "Load", null), 1, time: Start.AddMinutes(4));
        _time.Advance(TimeSpan.FromMinutes(2));
        await evaluator.EvaluateAsync(default);
        Assert.Equal("OK", await StateAsync());

        async Task<string?> StateAsync() => Assert.Single(await alarms.ListAsync(Caller, default)).Value.StateValue;
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();
}
