using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Auth;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>Sends signed requests. Credentials and signatures come from AWSSDK.Core; addresses from the options.</summary>
internal sealed class AwsTransport(AwsClientOptions options, IHttpClientFactory http, TimeProvider time)
{
    public const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private AWSCredentials? _credentials;

    public AwsClientOptions Options => options;

    /// <summary>The address of a service: <paramref name="host"/> is its name before the region on AWS.</summary>
    /// <param name="region">The region of a service that has only one; null: that of the options.</param>
    public Uri Address(string host, string path, string? region = null) =>
        options.Endpoint is { } endpoint ? new Uri(endpoint, path) : new Uri($"https://{host}.{region ?? options.Region}.amazonaws.com{(options.Region.StartsWith("cn-", StringComparison.Ordinal) ? ".cn" : "")}{path}");

    public static string Hash(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>Signs and sends. A failure to connect or to answer in time is an expected failure; so is any status but a success.</summary>
    public async Task<Result<HttpResponseMessage>> SendAsync(string client, string service, HttpRequestMessage request, string payloadHash, CancellationToken ct, string? region = null)
    {
        try
        {
            return await CloudHttp.SendAsync(http.CreateClient(client), request, options, () => SignAsync(request, service, payloadHash, region ?? options.Region), AwsFault.ReadAsync, ct);
        }
        catch (AmazonClientException e)
        {
            return new Error(ErrorCode.Unauthenticated, $"There are no AWS credentials: {e.Message}");
        }
    }

    // Signature Version 4: 1. the canonical request; 2. AWSSDK.Core makes the signature; 3. the header.
    private async Task SignAsync(HttpRequestMessage request, string service, string payloadHash, string region)
    {
        var credentials = await CredentialsAsync();
        var now = time.GetUtcNow().UtcDateTime;
        var uri = request.RequestUri!;
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = uri.IsDefaultPort ? uri.Host : $"{uri.Host}:{uri.Port}",
            ["x-amz-content-sha256"] = payloadHash,
            ["x-amz-date"] = now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (credentials.UseToken) headers["x-amz-security-token"] = credentials.Token;
        if (request.Headers.TryGetValues("X-Amz-Target", out var target)) headers["x-amz-target"] = target.First();
        foreach (var (name, value) in headers.Where(h => h.Key is not ("host" or "x-amz-target"))) request.Headers.TryAddWithoutValidation(name, value);

        // 1.
        var names = string.Join(';', headers.Keys);
        // Only S3 takes the path as it is sent; all other services want its segments encoded once more.
        var path = service == "s3" ? uri.AbsolutePath : string.Join('/', uri.AbsolutePath.Split('/').Select(Uri.EscapeDataString));
        var canonical = new StringBuilder().Append(request.Method.Method).Append('\n').Append(path).Append('\n').Append(Query(uri)).Append('\n');
        foreach (var (name, value) in headers) canonical.Append(name).Append(':').Append(value.Trim()).Append('\n');
        canonical.Append('\n').Append(names).Append('\n').Append(payloadHash);

        // 2.
        var signature = AWS4Signer.ComputeSignature(credentials.AccessKey, credentials.SecretKey, region, now, service, names, canonical.ToString());

        // 3.
        request.Headers.TryAddWithoutValidation("Authorization", signature.ForAuthorizationHeader);
    }

    private static string Query(Uri uri) => string.Join('&', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2)).Select(p => (Key: p[0], Value: p.Length > 1 ? p[1] : ""))
        .OrderBy(p => p.Key, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"));

    private async Task<ImmutableCredentials> CredentialsAsync()
    {
        if (_credentials is null)
        {
            _credentials = options.AccessKeyId is not { } key ? await new DefaultAWSCredentialsIdentityResolver().ResolveIdentityAsync(null)
                : options.SessionToken is { } token ? new SessionAWSCredentials(key, options.SecretAccessKey, token)
                : new BasicAWSCredentials(key, options.SecretAccessKey);
        }
        return await _credentials.GetCredentialsAsync();
    }
}
