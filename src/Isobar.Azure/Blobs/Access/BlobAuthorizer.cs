using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Isobar.Azure.Identity;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs.Access;

/// <summary>Lets requests pass that are signed by the account's key, carry a shared access signature or a token of this machine, or read what is public.</summary>
internal sealed class BlobAuthorizer(AzureSecurity security, AccountKeys keys, SigningKey tokens, IObjectStore objects, TimeProvider time)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(15);

    public async Task CheckAsync(HttpContext http, BlobTarget target)
    {
        if (!security.Verify) return;
        var (request, now) = (http.Request, time.GetUtcNow());
        if (request.Query["sig"].Count > 0)
        {
            await CheckSignatureAsync(request, target, now).ConfigureAwait(false);
            return;
        }
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith("SharedKey ", StringComparison.OrdinalIgnoreCase)) CheckKey(request, target, authorization["SharedKey ".Length..].Trim(), now);
        else if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            if (!tokens.Verify(authorization["Bearer ".Length..].Trim(), now)) throw new StorageFault(401, "InvalidAuthenticationInfo", "The token is not one of this machine, or has expired.");
        }
        else if (!await IsPublicAsync(request, target).ConfigureAwait(false)) throw new StorageFault(401, "NoAuthenticationInformation", "The request carries no credentials: a shared key, a shared access signature or a token.");
    }

    private async Task CheckSignatureAsync(HttpRequest request, BlobTarget target, DateTimeOffset now)
    {
        var access = new SharedAccess(request, target, keys);
        var policy = access.Policy.Length > 0 && (await objects.GetBucketAsync(target.Bucket, request.HttpContext.RequestAborted).ConfigureAwait(false)).TryGet(out var bucket, out _) ? AccessPolicies.Find(bucket, access.Policy) : null;
        var allowed = access.Check(policy, now);
        var isContainer = target.Blob.Length == 0 && target.Container.Length > 0;
        if (access.IsAccount)
        {
            var kind = target.Blob.Length > 0 ? 'o' : isContainer ? 'c' : 's';
            // Listing the blobs and finding them are of the container, though they tell of blobs.
            if (!access["srt"].Contains(kind)) throw new StorageFault(403, "AuthorizationResourceTypeMismatch", $"The signature is for the resource types '{access["srt"]}'.");
        }
        else if (target.Container.Length == 0 || access["sr"] is "b" or "bs" && target.Blob.Length == 0) throw Mismatch(allowed);
        var wanted = Permissions.Of(request, target);
        if (!wanted.Any(allowed.Contains)) throw Mismatch(allowed);
        // Who may create may not replace.
        if (wanted == "cw" && !allowed.Contains('w') && target.Blob.Length > 0 && (await objects.HeadAsync(target.Bucket, target.Blob).ConfigureAwait(false)).IsOk && request.Query["comp"].Count == 0) throw Mismatch(allowed);
    }

    private void CheckKey(HttpRequest request, BlobTarget target, string given, DateTimeOffset now)
    {
        if (given.Split(':', 2) is not [var account, var signature] || account != target.Account) throw Failed("The account of the key is another.");
        var date = request.Headers["x-ms-date"].ToString() is { Length: > 0 } own ? own : request.Headers.Date.ToString();
        if (!DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent) || (sent - now).Duration() > Skew) throw Failed($"The request's date '{date}' is not within {Skew.TotalMinutes:0} minutes of now.");
        foreach (var order in SharedKey.Orders)
        {
            var text = Encoding.UTF8.GetBytes(SharedKey.Text(request, account, order));
            if (keys.Bytes(account).Any(k => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(k, text))), Encoding.UTF8.GetBytes(signature)))) return;
        }
        throw Failed("The signature is not that of the account's key over this request.");
    }

    private async Task<bool> IsPublicAsync(HttpRequest request, BlobTarget target)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) || target.Container.Length == 0) return false;
        if (!(await objects.GetBucketAsync(target.Bucket, request.HttpContext.RequestAborted).ConfigureAwait(false)).TryGet(out var bucket, out _)) return false;
        return bucket.Attachments.GetValueOrDefault(ContainerOperations.Public) switch { "container" => request.Query["comp"] != "acl", "blob" => target.Blob.Length > 0, _ => false };
    }

    private static StorageFault Failed(string why) => new(403, "AuthenticationFailed", "Server failed to authenticate the request. " + why);

    private static StorageFault Mismatch(string allowed) => new(403, "AuthorizationPermissionMismatch", $"This request is not authorized to perform this operation using this permission: the signature allows '{allowed}'.");
}
