using Isobar.Aws.Protocols;

namespace Isobar.Aws.SageMaker.Resources;

/// <summary>How many instances a job or an endpoint may ask for: what AWS grants a new account in all, here for each.</summary>
internal static class InstanceQuota
{
    public const int Limit = 20;

    /// <summary>The refusal in AWS's words, or null.</summary>
    /// <param name="usage">As AWS names the quota, such as <c>training job</c> or <c>endpoint</c>.</param>
    /// <param name="type">The type of the instances.</param>
    /// <param name="wanted">How many there are to be.</param>
    /// <param name="current">How many of them there are.</param>
    public static AwsError? Exceeded(string usage, string? type, long wanted, long current = 0) => wanted <= Limit ? null : SageMakerErrors.LimitExceeded(
        $"The account-level service limit '{type} for {usage} usage' is {Limit} Instances, with current utilization of {current} Instances and a request delta of {wanted - current} Instances. "
        + "Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for this quota.");
}
