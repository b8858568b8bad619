// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record TrialComponentSource
{
    public string? SourceArn { get; init; }
    public string? SourceType { get; init; }
}

internal sealed record TrialComponentStatus
{
    [OneOf<TrialComponentPrimaryStatus>] public string? PrimaryStatus { get; init; }
    [Length(0, 1024), Pattern(@".*")] public string? Message { get; init; }
}

internal sealed record TrialSource
{
    public string? SourceArn { get; init; }
    public string? SourceType { get; init; }
}

internal sealed record UserContext
{
    public string? UserProfileArn { get; init; }
    public string? UserProfileName { get; init; }
    public string? DomainId { get; init; }
    public IamIdentity? IamIdentity { get; init; }
}

internal sealed record VpcConfig
{
    [Required, Length(1, 5), Length(0, 32, On = On.Items), Pattern(@"[-0-9a-zA-Z]+", On = On.Items)] public IReadOnlyList<string>? SecurityGroupIds { get; init; }
    [Required, Length(1, 16), Length(0, 32, On = On.Items), Pattern(@"[-0-9a-zA-Z]+", On = On.Items)] public IReadOnlyList<string>? Subnets { get; init; }
}

internal sealed record WarmPoolStatus
{
    public string? Status { get; init; }
    public int? ResourceRetainedBillableTimeInSeconds { get; init; }
    public string? ReusedByJob { get; init; }
}
