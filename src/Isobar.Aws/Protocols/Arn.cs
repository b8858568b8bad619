using System.Diagnostics.CodeAnalysis;

namespace Isobar.Aws.Protocols;

/// <summary>An Amazon resource name.</summary>
/// <param name="Resource">Everything after the account, such as <c>training-job/my-job</c>.</param>
internal sealed record Arn(string Partition, string Service, string Region, string Account, string Resource)
{
    public static Arn Of(AwsCaller caller, string service, string resource) => new(PartitionOf(caller.Region), service, caller.Region, caller.Account, resource);

    /// <summary>The partition that a region lies in.</summary>
    public static string PartitionOf(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "aws-cn" : region.StartsWith("us-gov-", StringComparison.Ordinal) ? "aws-us-gov" : "aws";

    public static bool TryParse(string? text, [NotNullWhen(true)] out Arn? arn)
    {
        var parts = text?.Split(':', 6);
        arn = parts is ["arn", var partition, var service, var region, var account, var resource] ? new(partition, service, region, account, resource) : null;
        return arn is not null;
    }

    /// <summary>The kind of resource: what stands before the first slash.</summary>
    public string Kind => Resource.Split('/')[0];

    /// <summary>The name: what stands after the first slash.</summary>
    public string Name => Resource[(Resource.IndexOf('/') + 1)..];

    public override string ToString() => $"arn:{Partition}:{Service}:{Region}:{Account}:{Resource}";
}
