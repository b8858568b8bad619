using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.Iam;

internal sealed record CreateRoleRequest
{
    [Length(1, 512), Pattern(@"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)")] public string? Path { get; init; }
    [Required, Length(1, 64), Pattern(@"[\w+=,.@-]+")] public string? RoleName { get; init; }
    [Required, Length(1, 131072)] public string? AssumeRolePolicyDocument { get; init; }
    [Length(0, 1000)] public string? Description { get; init; }
    [Range(3600, 43200)] public int? MaxSessionDuration { get; init; }
    [Length(0, 50)] public IReadOnlyList<IamTag>? Tags { get; init; }
}

internal sealed record IamTag
{
    [Required, Length(1, 128)] public string? Key { get; init; }
    [Required, Length(0, 256)] public string? Value { get; init; }
}

internal sealed record RoleNameRequest
{
    [Required, Length(1, 64), Pattern(@"[\w+=,.@-]+")] public string? RoleName { get; init; }
    public string? Marker { get; init; }
    [Range(1, 1000)] public int? MaxItems { get; init; }
}

internal sealed record ListRolesRequest
{
    public string? PathPrefix { get; init; }
    public string? Marker { get; init; }
    [Range(1, 1000)] public int? MaxItems { get; init; }
}

internal sealed record UpdateAssumeRolePolicyRequest
{
    [Required, Length(1, 64), Pattern(@"[\w+=,.@-]+")] public string? RoleName { get; init; }
    [Required, Length(1, 131072)] public string? PolicyDocument { get; init; }
}

internal sealed record RolePolicyRequest
{
    [Required, Length(1, 64), Pattern(@"[\w+=,.@-]+")] public string? RoleName { get; init; }
    [Length(20, 2048)] public string? PolicyArn { get; init; }
    [Length(1, 128), Pattern(@"[\w+=,.@-]+")] public string? PolicyName { get; init; }
    [Length(1, 131072)] public string? PolicyDocument { get; init; }
}

internal sealed record TagRoleRequest
{
    [Required, Length(1, 64), Pattern(@"[\w+=,.@-]+")] public string? RoleName { get; init; }
    [Required, Length(0, 50)] public IReadOnlyList<IamTag>? Tags { get; init; }
}

internal sealed record UntagRoleRequest
{
    [Required, Length(1, 64), Pattern(@"[\w+=,.@-]+")] public string? RoleName { get; init; }
    [Required, Length(0, 50)] public IReadOnlyList<string>? TagKeys { get; init; }
}

internal sealed record RoleShape
{
    public string? Path { get; init; }
    public string? RoleName { get; init; }
    public string? RoleId { get; init; }
    public string? Arn { get; init; }
    public DateTimeOffset? CreateDate { get; init; }
    public string? AssumeRolePolicyDocument { get; init; }
    public string? Description { get; init; }
    public int? MaxSessionDuration { get; init; }
    public List<IamTag>? Tags { get; init; }
}

internal sealed record RoleResponse(RoleShape Role);

internal sealed record ListRolesResponse(List<RoleShape> Roles, bool IsTruncated, string? Marker);

internal sealed record AttachedPolicy(string PolicyName, string PolicyArn);

internal sealed record ListAttachedRolePoliciesResponse(List<AttachedPolicy> AttachedPolicies, bool IsTruncated);

internal sealed record ListRolePoliciesResponse(List<string> PolicyNames, bool IsTruncated);

internal sealed record GetRolePolicyResponse(string RoleName, string PolicyName, string PolicyDocument);

internal sealed record ListRoleTagsResponse(List<IamTag> Tags, bool IsTruncated);
