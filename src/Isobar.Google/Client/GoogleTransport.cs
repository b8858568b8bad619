using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Sends requests with an access token. Credentials and tokens come from Google.Apis.Auth; addresses from the options.</summary>
internal sealed class GoogleTransport(GoogleClientOptions options, IHttpClientFactory http, TimeProvider time)
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private readonly Lazy<Task<GoogleCredential>> _credential = new(() => CredentialAsync(options));

    public GoogleClientOptions Options => options;

    public TimeProvider Time => time;

    /// <summary>The address of a service: <paramref name="host"/> is its name on Google Cloud.</summary>
    public Uri Address(string host, string path) => options.Endpoint is { } endpoint ? new Uri(endpoint, path) : new Uri($"https://{host}.googleapis.com{path}");

    /// <summary>Sends. A failure to connect or to answer in time is an expected failure; so is any status but a success.</summary>
    public async Task<Result<HttpResponseMessage>> SendAsync(string client, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            return await CloudHttp.SendAsync(http.CreateClient(client), request, options, () => AuthorizeAsync(request, ct), GoogleFault.ReadAsync, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TokenResponseException or InvalidOperationException or FileNotFoundException)
        {
            return new Error(ErrorCode.Unauthenticated, $"There are no Google Cloud credentials: {e.Message}");
        }
    }

    /// <summary>Sends JSON, or nothing, to a service and reads the JSON that it answers; none is an empty object.</summary>
    public async Task<Result<JsonObject>> CallAsync(string client, HttpMethod method, string host, string path, JsonObject? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, Address(host, path));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (!(await SendAsync(client, request, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        using (reply) return JsonNode.Parse(await reply.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false)) as JsonObject ?? [];
    }

    private async Task AuthorizeAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var credential = await _credential.Value.WaitAsync(ct).ConfigureAwait(false);
        var token = await credential.UnderlyingCredential.GetAccessTokenForRequestAsync(cancellationToken: ct).ConfigureAwait(false);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private static async Task<GoogleCredential> CredentialAsync(GoogleClientOptions options)
    {
        if (options.KeyFile is null) return (await GoogleCredential.GetApplicationDefaultAsync().ConfigureAwait(false)).CreateScoped(Scope);
        var account = await CredentialFactory.FromFileAsync<ServiceAccountCredential>(options.KeyFile, CancellationToken.None).ConfigureAwait(false);
        return account.ToGoogleCredential().CreateScoped(Scope);
    }
}
