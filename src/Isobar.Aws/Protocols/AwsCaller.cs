namespace Isobar.Aws.Protocols;

/// <summary>Who calls, and where.</summary>
/// <param name="Account">Twelve digits: the access key when it is twelve digits, else <see cref="DefaultAccount"/> (or what the authenticator found).</param>
/// <param name="Region">From the credential scope, else <see cref="DefaultRegion"/>.</param>
/// <param name="AccessKey">The access key id, or an empty string for an unsigned request.</param>
/// <param name="RequestId">The id that the answer carries.</param>
public sealed record AwsCaller(string Account, string Region, string AccessKey, string RequestId)
{
    /// <summary>The account of callers whose access key names none.</summary>
    public const string DefaultAccount = "000000000000";

    /// <summary>The region of unsigned requests.</summary>
    public const string DefaultRegion = "us-east-1";

    /// <summary>The caller that the request claims to be; no signature is checked.</summary>
    public static AwsCaller Claimed(AwsRequest request)
    {
        var key = request.Scope?.AccessKey ?? "";
        return new(IsAccount(key) ? key : DefaultAccount, request.Scope?.Region is { Length: > 0 } region ? region : DefaultRegion, key, request.RequestId);
    }

    private static bool IsAccount(string key) => key.Length == 12 && key.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
}
