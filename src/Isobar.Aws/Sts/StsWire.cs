using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.Sts;

internal sealed record GetCallerIdentityRequest;

internal sealed record GetCallerIdentityResponse(string UserId, string Account, string Arn);

internal sealed record AssumeRoleRequest
{
    [Required, Length(20, 2048)] public string? RoleArn { get; init; }
    [Required, Length(2, 64), Pattern(@"[\w+=,.@-]*")] public string? RoleSessionName { get; init; }
    [Range(900, 43200)] public int? DurationSeconds { get; init; }
}

internal sealed record GetSessionTokenRequest
{
    [Range(900, 129600)] public int? DurationSeconds { get; init; }
}

internal sealed record GetSessionTokenResponse(StsCredentials Credentials);

internal sealed record AssumeRoleResponse(StsCredentials Credentials, AssumedRoleUser AssumedRoleUser);

internal sealed record StsCredentials(string AccessKeyId, string SecretAccessKey, string SessionToken, DateTimeOffset Expiration);

internal sealed record AssumedRoleUser(string AssumedRoleId, string Arn);
