using Isobar.Engine.Keys;

namespace Isobar.Aws.Protocols;

/// <summary>Decides who calls, before a service sees the request. The default believes what the request says; signature checking replaces it.</summary>
public interface IRequestAuthenticator
{
    /// <summary>The caller, or the error that the request is refused with.</summary>
    ValueTask<Authentication> AuthenticateAsync(AwsRequest request);

    /// <summary>Whether signatures are checked, so that what a caller may do is more than a claim.</summary>
    bool Verifies { get; }
}

/// <summary>The outcome of authentication: exactly one of the two is set.</summary>
/// <param name="Caller">Who calls.</param>
/// <param name="Refusal">The error to answer with, such as <c>SignatureDoesNotMatch</c>.</param>
public readonly record struct Authentication(AwsCaller? Caller, AwsError? Refusal)
{
    /// <summary>Let through.</summary>
    public static implicit operator Authentication(AwsCaller caller) => new(caller, null);

    /// <summary>Refused.</summary>
    public static implicit operator Authentication(AwsError refusal) => new(null, refusal);
}

/// <summary>Believes the request: for local work, where any credentials do.</summary>
internal sealed class TrustingAuthenticator(IKeyRing keys) : IRequestAuthenticator
{
    // Temporary keys that were given out here act for the account of their role, though nothing proves that their bearer got them.
    private const string Temporary = "ASIA";

    public bool Verifies => false;

    public ValueTask<Authentication> AuthenticateAsync(AwsRequest request)
    {
        var caller = AwsCaller.Claimed(request);
        if (caller.AccessKey.StartsWith(Temporary, StringComparison.Ordinal) && keys.Find(caller.AccessKey) is { } key) caller = caller with { Account = key.Account };
        return new((Authentication)caller);
    }
}
