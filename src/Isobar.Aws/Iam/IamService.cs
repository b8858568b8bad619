using System.Security.Cryptography;
using System.Text.Json;
using Isobar.Aws.Protocols;
using Isobar.Core.Results;
using Isobar.Core.Support;

namespace Isobar.Aws.Iam;

/// <summary>Identity and Access Management, 2010-05-08: roles, as far as jobs need them. Policies are kept, not enforced.</summary>
internal sealed class IamService : AwsRpcService
{
    private const string Kept = "policies are kept and given back, not enforced";
    private readonly RoleStore _roles;
    private readonly TimeProvider _time;

    public IamService(RoleStore roles, TimeProvider time)
        : base("IAM", new RpcIdentity { QueryVersion = "2010-05-08", XmlNamespace = "https://iam.amazonaws.com/doc/2010-05-08/", SigningNames = ["iam"] })
    {
        (_roles, _time) = (roles, time);
        var json = ReflectedJson.Pascal;
        Operation("CreateRole", json.Of<CreateRoleRequest>(), json.Of<RoleResponse>(), CreateRoleAsync);
        Operation("GetRole", json.Of<RoleNameRequest>(), json.Of<RoleResponse>(), (r, c, ct) => ReadAsync(c, r.RoleName!, role => new RoleResponse(Shape(role)), ct));
        Operation("ListRoles", json.Of<ListRolesRequest>(), json.Of<ListRolesResponse>(), ListRolesAsync);
        Operation("DeleteRole", json.Of<RoleNameRequest>(), DeleteRoleAsync);
        Operation("UpdateAssumeRolePolicy", json.Of<UpdateAssumeRolePolicyRequest>(), (r, c, ct) =>
            CheckPolicy(r.PolicyDocument!) is { } bad ? Task.FromResult<AwsResult<NoReply>>(bad) : ChangeAsync(c, r.RoleName!, role => role with { TrustPolicy = r.PolicyDocument! }, ct));
        Operation("AttachRolePolicy", json.Of<RolePolicyRequest>(), (r, c, ct) => ChangeAsync(c, r.RoleName!, role => role with { Attached = [.. role.Attached.Union([r.PolicyArn!])] }, ct), SupportLevel.StateOnly, Kept);
        Operation("DetachRolePolicy", json.Of<RolePolicyRequest>(), (r, c, ct) => ChangeAsync(c, r.RoleName!, role => role.Attached.Contains(r.PolicyArn!)
            ? role with { Attached = [.. role.Attached.Where(a => a != r.PolicyArn)] } : Error.NotFound($"Policy {r.PolicyArn}"), ct), SupportLevel.StateOnly, Kept);
        Operation("ListAttachedRolePolicies", json.Of<RoleNameRequest>(), json.Of<ListAttachedRolePoliciesResponse>(), (r, c, ct) =>
            ReadAsync(c, r.RoleName!, role => new ListAttachedRolePoliciesResponse([.. role.Attached.Select(a => new AttachedPolicy(a[(a.LastIndexOf('/') + 1)..], a))], false), ct));
        Operation("PutRolePolicy", json.Of<RolePolicyRequest>(), (r, c, ct) =>
            CheckPolicy(r.PolicyDocument ?? "") is { } bad ? Task.FromResult<AwsResult<NoReply>>(bad)
            : ChangeAsync(c, r.RoleName!, role => role with { Inline = new Dictionary<string, string>(role.Inline) { [r.PolicyName!] = r.PolicyDocument! } }, ct), SupportLevel.StateOnly, Kept);
        Operation("GetRolePolicy", json.Of<RolePolicyRequest>(), json.Of<GetRolePolicyResponse>(), GetRolePolicyAsync);
        Operation("ListRolePolicies", json.Of<RoleNameRequest>(), json.Of<ListRolePoliciesResponse>(), (r, c, ct) => ReadAsync(c, r.RoleName!, role => new ListRolePoliciesResponse([.. role.Inline.Keys], false), ct));
        Operation("DeleteRolePolicy", json.Of<RolePolicyRequest>(), (r, c, ct) => ChangeAsync(c, r.RoleName!, role => role.Inline.ContainsKey(r.PolicyName ?? "")
            ? role with { Inline = role.Inline.Where(p => p.Key != r.PolicyName).ToDictionary() } : Error.NotFound($"The role policy with name {r.PolicyName}"), ct));
        Operation("TagRole", json.Of<TagRoleRequest>(), (r, c, ct) => ChangeAsync(c, r.RoleName!, role =>
        {
            var tags = new Dictionary<string, string>(role.Tags);
            foreach (var tag in r.Tags!) tags[tag.Key!] = tag.Value!;
            return role with { Tags = tags };
        }, ct));
        Operation("UntagRole", json.Of<UntagRoleRequest>(), (r, c, ct) => ChangeAsync(c, r.RoleName!, role => role with { Tags = role.Tags.Where(t => !r.TagKeys!.Contains(t.Key)).ToDictionary() }, ct));
        Operation("ListRoleTags", json.Of<RoleNameRequest>(), json.Of<ListRoleTagsResponse>(), (r, c, ct) => ReadAsync(c, r.RoleName!, role => new ListRoleTagsResponse(Shape(role).Tags ?? [], false), ct));
    }

    protected override AwsError Translate(Error error) => error.Code switch
    {
        ErrorCode.NotFound => new AwsError("NoSuchEntity", error.Message, 404),
        ErrorCode.AlreadyExists => new AwsError("EntityAlreadyExists", error.Message, 409),
        _ => base.Translate(error),
    };

    private async Task<AwsResult<RoleResponse>> CreateRoleAsync(CreateRoleRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (CheckPolicy(request.AssumeRolePolicyDocument!) is { } bad) return bad;
        var role = new Role
        {
            Account = caller.Account,
            Name = request.RoleName!,
            Path = request.Path ?? "/",
            Id = "AROA" + RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 17),
            TrustPolicy = request.AssumeRolePolicyDocument!,
            Created = _time.GetUtcNow(),
            Description = request.Description,
            MaxSession = request.MaxSessionDuration ?? 3600,
            Tags = (request.Tags ?? []).ToDictionary(t => t.Key!, t => t.Value!),
        };
        var created = await _roles.CreateAsync(role, ct);
        return created.IsOk ? new RoleResponse(Shape(role)) : new AwsError("EntityAlreadyExists", $"Role with name {role.Name} already exists.", 409);
    }

    private async Task<AwsResult<ListRolesResponse>> ListRolesAsync(ListRolesRequest request, AwsCaller caller, CancellationToken ct)
    {
        var roles = (await _roles.ListAsync(caller.Account, ct)).Where(r => r.Path.StartsWith(request.PathPrefix ?? "/", StringComparison.Ordinal));
        var cut = Paging.Cut(roles, r => r.Name, r => r.Name, descending: false, request.MaxItems, request.Marker, defaultSize: 100);
        return cut.TryGet(out var page, out var failure) ? new ListRolesResponse([.. page.Items.Select(Shape)], page.NextToken is not null, page.NextToken) : failure;
    }

    private async Task<AwsResult<NoReply>> DeleteRoleAsync(RoleNameRequest request, AwsCaller caller, CancellationToken ct)
    {
        var role = await _roles.FindAsync(caller.Account, request.RoleName!, ct);
        if (role is null) return NoSuchRole(request.RoleName!);
        if (role.Attached.Count > 0) return new AwsError("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
        if (role.Inline.Count > 0) return new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
        await _roles.DeleteAsync(caller.Account, request.RoleName!, ct);
        return NoReply.Value;
    }

    private async Task<AwsResult<GetRolePolicyResponse>> GetRolePolicyAsync(RolePolicyRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await _roles.FindAsync(caller.Account, request.RoleName!, ct) is not { } role) return NoSuchRole(request.RoleName!);
        return role.Inline.TryGetValue(request.PolicyName ?? "", out var document)
            ? new GetRolePolicyResponse(role.Name, request.PolicyName!, Uri.EscapeDataString(document))
            : new AwsError("NoSuchEntity", $"The role policy with name {request.PolicyName} cannot be found.", 404);
    }

    private async Task<AwsResult<T>> ReadAsync<T>(AwsCaller caller, string name, Func<Role, T> read, CancellationToken ct) where T : class =>
        await _roles.FindAsync(caller.Account, name, ct) is { } role ? read(role) : NoSuchRole(name);

    private async Task<AwsResult<NoReply>> ChangeAsync(AwsCaller caller, string name, Func<Role, Result<Role>> change, CancellationToken ct)
    {
        var found = false;
        var result = await _roles.ChangeAsync(caller.Account, name, role =>
        {
            found = true;
            return change(role);
        }, ct);
        return result.IsOk ? NoReply.Value : found ? result.Error : NoSuchRole(name);
    }

    private static AwsError NoSuchRole(string name) => new("NoSuchEntity", $"The role with name {name} cannot be found.", 404);

    private static AwsError? CheckPolicy(string document)
    {
        try
        {
            using var policy = JsonDocument.Parse(document);
            return policy.RootElement.ValueKind == JsonValueKind.Object && policy.RootElement.TryGetProperty("Statement", out _) ? null : Malformed("it has no Statement");
        }
        catch (JsonException e)
        {
            return Malformed(e.Message);
        }

        static AwsError Malformed(string why) => new("MalformedPolicyDocument", $"The policy document is not valid: {why}");
    }

    private static RoleShape Shape(Role role) => new()
    {
        Path = role.Path,
        RoleName = role.Name,
        RoleId = role.Id,
        Arn = role.Arn,
        CreateDate = role.Created,
        AssumeRolePolicyDocument = Uri.EscapeDataString(role.TrustPolicy),
        Description = role.Description,
        MaxSessionDuration = role.MaxSession,
        Tags = role.Tags.Count == 0 ? null : [.. role.Tags.Select(t => new IamTag { Key = t.Key, Value = t.Value })],
    };
}
