using Isobar.Aws.Iam;
using Isobar.Aws.Protocols;
using Isobar.Engine.Keys;

namespace Isobar.Aws.Sts;

/// <summary>Security Token Service, 2011-06-15.</summary>
internal sealed class StsService : AwsRpcService
{
    private const int LongestLife = 43_200;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromHours(1);
    private readonly RoleStore _roles;
    private readonly IKeyRing _keys;

    public StsService(RoleStore roles, IKeyRing keys)
        : base("STS", new RpcIdentity { QueryVersion = "2011-06-15", XmlNamespace = "https://sts.amazonaws.com/doc/2011-06-15/", SigningNames = ["sts"] })
    {
        (_roles, _keys) = (roles, keys);
        var json = ReflectedJson.Pascal;
        Operation("GetCallerIdentity", json.Of<GetCallerIdentityRequest>(), json.Of<GetCallerIdentityResponse>(), (_, caller, _) => Task.FromResult<AwsResult<GetCallerIdentityResponse>>(Identify(caller)));
        Operation("AssumeRole", json.Of<AssumeRoleRequest>(), json.Of<AssumeRoleResponse>(), AssumeRoleAsync);
        Operation("GetSessionToken", json.Of<GetSessionTokenRequest>(), json.Of<GetSessionTokenResponse>(), async (request, caller, ct) =>
            new GetSessionTokenResponse(Show(await _keys.IssueAsync(caller.Account, Life(request.DurationSeconds), ct: ct))));
    }

    private async Task<AwsResult<AssumeRoleResponse>> AssumeRoleAsync(AssumeRoleRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!RoleStore.TryParse(request.RoleArn, out var arn, out var name))
            return Invalid($"{request.RoleArn} is invalid");
        // A role that was never created may still be assumed, as code written for another account would; one that exists must name its principals.
        var role = await _roles.FindAsync(arn.Account, name, ct);
        if (role is not null && !role.Trusts(caller.Account))
            return new AwsError("AccessDenied", $"User: arn:aws:iam::{caller.Account}:root is not authorized to perform: sts:AssumeRole on resource: {request.RoleArn}", 403);
        if (request.DurationSeconds > (role?.MaxSession ?? LongestLife)) return Invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        var assumed = new AssumedRoleUser($"{role?.Id ?? "AROAISOBARLOCAL00000"}:{request.RoleSessionName}", $"arn:{arn.Partition}:sts::{arn.Account}:assumed-role/{name}/{request.RoleSessionName}");
        return new AssumeRoleResponse(Show(await _keys.IssueAsync(arn.Account, Life(request.DurationSeconds), assumed.Arn, assumed.AssumedRoleId, ct)), assumed);
    }

    private GetCallerIdentityResponse Identify(AwsCaller caller) => _keys.Find(caller.AccessKey) is { Principal: { } principal } key
        ? new(key.PrincipalId!, key.Account, principal)
        : new(caller.Account, caller.Account, $"arn:{Arn.PartitionOf(caller.Region)}:iam::{caller.Account}:root");

    private static TimeSpan Life(int? seconds) => seconds is { } s ? TimeSpan.FromSeconds(s) : DefaultLife;

    private static StsCredentials Show(AccessKey key) => new(key.Id, key.Secret, key.Token!, key.Expires!.Value);
}
