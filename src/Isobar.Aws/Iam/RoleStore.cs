using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.Aws.Protocols;
using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Aws.Iam;

/// <summary>A role as it is stored.</summary>
internal sealed record Role
{
    public required string Account { get; init; }
    public required string Name { get; init; }
    public required string Path { get; init; }
    public required string Id { get; init; }
    public required string TrustPolicy { get; init; }
    public required DateTimeOffset Created { get; init; }
    public string? Description { get; init; }
    public int MaxSession { get; init; } = 3600;
    public IReadOnlyList<string> Attached { get; init; } = [];
    public IReadOnlyDictionary<string, string> Inline { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    [JsonIgnore]
    public string Arn => $"arn:aws:iam::{Account}:role{Path}{Name}";

    /// <summary>Whether the trust policy lets a principal (an account or a service such as <c>sagemaker.amazonaws.com</c>) assume the role.</summary>
    public bool Trusts(string principal)
    {
        using var policy = JsonDocument.Parse(TrustPolicy);
        var statements = policy.RootElement.TryGetProperty("Statement", out var s) ? s.ValueKind == JsonValueKind.Array ? [.. s.EnumerateArray()] : new[] { s } : [];
        return statements.Any(t => t.TryGetProperty("Effect", out var effect) && effect.GetString() == "Allow"
            && t.TryGetProperty("Principal", out var who) && Texts(who).Any(w => w == "*" || w == principal || w.StartsWith("arn:", StringComparison.Ordinal) && w.Contains($"::{principal}:")));
    }

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Texts(p.Value)),
        _ => [],
    };
}

/// <summary>The roles of all accounts.</summary>
internal sealed class RoleStore(IStateStore state)
{
    /// <summary>Reads the ARN of a role: its account, and its name without its path.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Arn? arn, out string name)
    {
        var isRole = Arn.TryParse(text, out arn) && arn.Service == "iam" && arn.Resource.StartsWith("role/", StringComparison.Ordinal);
        name = isRole ? arn!.Resource[(arn.Resource.LastIndexOf('/') + 1)..] : "";
        if (!isRole) arn = null;
        return isRole;
    }

    private static readonly Collection<Role> Roles = new("aws.iam.roles", IamJson.Default.Role);

    public async Task<Role?> FindAsync(string account, string name, CancellationToken ct) => (await state.GetAsync(Roles, Key(account, name), ct))?.Value;

    public async Task<IReadOnlyList<Role>> ListAsync(string account, CancellationToken ct) => [.. (await state.ListAsync(Roles, account + "/", ct)).Select(d => d.Value)];

    public async Task<Result<Role>> CreateAsync(Role role, CancellationToken ct) => (await state.InsertAsync(Roles, Key(role.Account, role.Name), role, ct)).Map(d => d.Value);

    public async Task<Result<Role>> ChangeAsync(string account, string name, Func<Role, Result<Role>> change, CancellationToken ct) => (await state.ChangeAsync(Roles, Key(account, name), change, ct)).Map(d => d.Value);

    public Task<bool> DeleteAsync(string account, string name, CancellationToken ct) => state.DeleteAsync(Roles, Key(account, name), ct);

    private static string Key(string account, string name) => $"{account}/{name}";
}

[JsonSerializable(typeof(Role))]
internal sealed partial class IamJson : JsonSerializerContext;
