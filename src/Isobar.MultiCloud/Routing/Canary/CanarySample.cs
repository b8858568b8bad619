namespace Isobar.MultiCloud.Routing.Canary;

/// <summary>What was seen of one side during a step.</summary>
/// <param name="Answered">Requests that were answered.</param>
/// <param name="Failed">Requests that failed or were not answered in time.</param>
/// <param name="Times">Counts of the answered ones by <see cref="Failover.LatencyHistogram"/>'s buckets.</param>
public sealed record CanarySample(long Answered, long Failed, int[] Times)
{
    /// <summary>All.</summary>
    public long Total => Answered + Failed;
}
