using System.Security.Cryptography;
using Isobar.Aws.Iam;
using Isobar.Aws.Protocols;

namespace Isobar.Aws.Sts;

/// <summary>Security Token Service, 2011-06-15.</summary>
internal sealed class StsService : AwsRpcService
{
    private static readonly TimeSpan DefaultLife = TimeSpan.FromHours(1);
    private readonly RoleStore _roles;
    private readonly TimeProvider _time;

    public StsService(RoleStore roles, TimeProvider time)
        : base("STS", new RpcIdentity { QueryVersion = "2011-06-15", XmlNamespace = "https://sts.amazonaws.com/doc/2011-06-15/", SigningNames = ["sts"] })
    {
        (_roles, _time) = (roles, time);
        var json = ReflectedJson.Pascal;
        Operation("GetCallerIdentity", json.Of<GetCallerIdentityRequest>(), json.Of<GetCallerIdentityResponse>(), (_, caller, _) =>
            Task.FromResult<AwsResult<GetCallerIdentityResponse>>(new GetCallerIdentityResponse("AIDAISOBARLOCAL00000", caller.Account, $"arn:{Arn.PartitionOf(caller.Region)}:iam::{caller.Account}:root")));
        Operation("AssumeRole", json.Of<AssumeRoleRequest>(), json.Of<AssumeRoleResponse>(), AssumeRoleAsync);
        Operation("GetSessionToken", json.Of<GetSessionTokenRequest>(), json.Of<GetSessionTokenResponse>(), (request, _, _) =>
            Task.FromResult<AwsResult<GetSessionTokenResponse>>(new GetSessionTokenResponse(NewCredentials(request.DurationSeconds))));
    }

    private async Task<AwsResult<AssumeRoleResponse>> AssumeRoleAsync(AssumeRoleRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!Arn.TryParse(request.RoleArn, out var arn) || arn.Service != "iam" || !arn.Resource.StartsWith("role/", StringComparison.Ordinal))
            return AwsError.Validation($"{request.RoleArn} is invalid");
        // A role that was never created may still be assumed, as code written for another account would; one that exists must name its principals.
        var name = arn.Resource[(arn.Resource.LastIndexOf('/') + 1)..];
        if (await _roles.FindAsync(arn.Account, name, ct) is { } role && !role.Trusts(caller.Account))
            return new AwsError("AccessDenied", $"User: arn:aws:iam::{caller.Account}:root is not authorized to perform: sts:AssumeRole on resource: {request.RoleArn}", 403);
        var assumed = new AssumedRoleUser($"AROAISOBARLOCAL00000:{request.RoleSessionName}", $"arn:{arn.Partition}:sts::{arn.Account}:assumed-role/{name}/{request.RoleSessionName}");
        return new AssumeRoleResponse(NewCredentials(request.DurationSeconds), assumed);
    }

    private StsCredentials NewCredentials(int? seconds) => new(
        "ASIA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16),
        RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40),
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(96)),
        _time.GetUtcNow() + (seconds is { } s ? TimeSpan.FromSeconds(s) : DefaultLife));
}
