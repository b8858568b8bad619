using Isobar.Core.Results;

namespace Isobar.Engine.Keys;

/// <summary>An access key. The secret is never logged and never listed.</summary>
/// <param name="Id">Public, such as <c>AKIA…</c>.</param>
/// <param name="Account">The account that its bearer acts for: twelve digits.</param>
/// <param name="Token">The session token that must come with it; null for a lasting key.</param>
/// <param name="Expires">When it ends; null: never.</param>
/// <param name="Principal">Whom its bearer acts as, such as the ARN of an assumed role; null: the account itself.</param>
/// <param name="PrincipalId">The principal's unique id.</param>
public sealed record AccessKey(string Id, string Secret, string Account, DateTimeOffset Created, string? Token = null, DateTimeOffset? Expires = null, string? Principal = null, string? PrincipalId = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"AccessKey {Id} of {Account}";
}

/// <summary>The keys that requests may be signed with, in a file that only its owner may read. A running server sees at once what the command line changes.</summary>
public interface IKeyRing
{
    /// <summary>Makes a lasting key; its secret is shown here and nowhere else.</summary>
    Task<AccessKey> CreateAsync(string account = "000000000000", CancellationToken ct = default);
    /// <summary>Makes a key that ends by itself.</summary>
    Task<AccessKey> IssueAsync(string account, TimeSpan lifetime, string? principal = null, string? principalId = null, CancellationToken ct = default);
    /// <summary>The lasting keys, oldest first, without their secrets.</summary>
    Task<IReadOnlyList<AccessKey>> ListAsync(CancellationToken ct = default);
    /// <summary>Ends a key; <see cref="ErrorCode.NotFound"/>.</summary>
    Task<Result<Done>> RevokeAsync(string id, CancellationToken ct = default);
    /// <summary>Finds a key that is valid now; null for any other.</summary>
    AccessKey? Find(string id);
}
