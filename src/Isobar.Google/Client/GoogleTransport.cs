using System.Net.Http.Headers;
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
