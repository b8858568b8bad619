using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.State;

namespace Isobar.Aws.SageMaker.Experiments;

/// <summary>Sums of the metrics that were put for a trial component, by its ARN.</summary>
internal sealed class TrialMetrics(IStateStore state)
{
    private static readonly Collection<MetricSums> Sums = new("aws.sagemaker.trial-metrics", SageMakerJson.Of<MetricSums>());

    public async Task<IReadOnlyList<TrialComponentMetricSummary>?> ListAsync(string componentArn, CancellationToken ct)
    {
        var found = await state.GetAsync(Sums, componentArn, ct);
        return found is null ? null : [.. found.Value.ByName.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => Summary(componentArn, m.Key, m.Value))];
    }

    public async Task AddAsync(string componentArn, IReadOnlyList<(string Name, double Value, DateTimeOffset Time)> values, CancellationToken ct)
    {
        await state.InsertAsync(Sums, componentArn, new MetricSums([]), ct);
        await state.ChangeAsync<MetricSums>(Sums, componentArn, old =>
        {
            var sums = new Dictionary<string, MetricSum>(old.ByName);
            foreach (var (name, value, time) in values) sums[name] = sums.TryGetValue(name, out var sum) ? sum.With(value, time) : new MetricSum(1, value, value * value, value, value, value, time);
            return new MetricSums(sums);
        }, ct);
    }

    public Task ForgetAsync(string componentArn, CancellationToken ct) => state.DeleteAsync(Sums, componentArn, ct);

    private static TrialComponentMetricSummary Summary(string arn, string name, MetricSum sum)
    {
        var mean = sum.Sum / sum.Count;
        return new TrialComponentMetricSummary
        {
            MetricName = name,
            SourceArn = arn,
            TimeStamp = sum.Time,
            Max = sum.Max,
            Min = sum.Min,
            Last = sum.Last,
            Count = sum.Count,
            Avg = mean,
            StdDev = Math.Sqrt(Math.Max(0, sum.Squares / sum.Count - mean * mean)),
        };
    }

    internal sealed record MetricSums(Dictionary<string, MetricSum> ByName);

    internal sealed record MetricSum(int Count, double Sum, double Squares, double Min, double Max, double Last, DateTimeOffset Time)
    {
        public MetricSum With(double value, DateTimeOffset time) =>
            new(Count + 1, Sum + value, Squares + value * value, Math.Min(Min, value), Math.Max(Max, value), time >= Time ? value : Last, time >= Time ? time : Time);
    }
}
