using System.Globalization;
using System.Net.Http.Headers;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Sends requests with an access token. Credentials and tokens come from Azure.Identity; addresses from the options.</summary>
internal sealed class AzureTransport(AzureClientOptions options, IHttpClientFactory http, TimeProvider time)
{
    private const string StorageScope = "https://storage.azure.com/.default", LearningScope = "https://ml.azure.com/.default";
    private readonly Lazy<TokenCredential> _credential = new(() => Credential(options, http));

    public AzureClientOptions Options => options;

    public TimeProvider Time => time;

    /// <summary>The address of a resource.</summary>
    public Uri Resource(string path) => new(options.Endpoint ?? options.ResourceManager, path);

    /// <summary>The address of what lies in a storage account.</summary>
    public Uri Blob(string account, string path) => options.Endpoint is { } endpoint ? new Uri(endpoint, $"/{account}{path}") : new Uri($"https://{string.Format(CultureInfo.InvariantCulture, options.BlobHost, account)}{path}");

    /// <summary>Sends to the Resource Manager.</summary>
    public Task<Result<HttpResponseMessage>> ManageAsync(string client, HttpRequestMessage request, CancellationToken ct) =>
        SendAsync(client, request, new Uri(options.ResourceManager, "/.default").ToString(), ct);

    /// <summary>Sends to Blob Storage.</summary>
    public Task<Result<HttpResponseMessage>> StoreAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.Headers.TryAddWithoutValidation("x-ms-version", "2021-12-02");
        return SendAsync(AzureClientRegistration.Transfer, request, StorageScope, ct);
    }

    /// <summary>Sends to an address of Machine Learning that is opened by a token; once, for it starts something.</summary>
    public Task<Result<HttpResponseMessage>> InvokeAsync(HttpRequestMessage request, CancellationToken ct) => SendAsync(AzureClientRegistration.Once, request, LearningScope, ct);

    /// <summary>Sends what carries a key of its own.</summary>
    public Task<Result<HttpResponseMessage>> SendAsync(string client, HttpRequestMessage request, CancellationToken ct) => SendAsync(client, request, null, ct);

    private async Task<Result<HttpResponseMessage>> SendAsync(string client, HttpRequestMessage request, string? scope, CancellationToken ct)
    {
        try
        {
            return await CloudHttp.SendAsync(http.CreateClient(client), request, options, () => AuthorizeAsync(request, scope, ct), AzureFault.ReadAsync, ct).ConfigureAwait(false);
        }
        catch (AuthenticationFailedException e)
        {
            var unreachable = e.GetBaseException() is HttpRequestException or System.Net.Sockets.SocketException;
            return unreachable ? new Error(ErrorCode.Unavailable, $"{options} gives no token: {e.GetBaseException().Message}") : new Error(ErrorCode.Unauthenticated, $"There are no Azure credentials: {e.Message}");
        }
    }

    private async Task AuthorizeAsync(HttpRequestMessage request, string? scope, CancellationToken ct)
    {
        if (scope is null) return;
        var token = await _credential.Value.GetTokenAsync(new TokenRequestContext([scope]), ct).ConfigureAwait(false);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
    }

    private static TokenCredential Credential(AzureClientOptions options, IHttpClientFactory http)
    {
        var authority = options.Endpoint is { } endpoint ? new UriBuilder(endpoint) { Scheme = Uri.UriSchemeHttps, Port = endpoint.Port }.Uri : options.AuthorityHost;
        // Only Microsoft's own authorities are known to Microsoft; asking there for an emulator would leave this machine.
        var isOther = options.Endpoint is not null;
        var transport = new HttpClientTransport(http.CreateClient(AzureClientRegistration.Login));
        if (options.ClientId is not { } client)
            return new DefaultAzureCredential(Limited(new DefaultAzureCredentialOptions { AuthorityHost = authority, TenantId = options.Tenant, DisableInstanceDiscovery = isOther, Transport = transport }));
        return new ClientSecretCredential(options.Tenant, client, options.ClientSecret, Limited(new ClientSecretCredentialOptions { AuthorityHost = authority, DisableInstanceDiscovery = isOther, Transport = transport }));
    }

    private static T Limited<T>(T options) where T : ClientOptions
    {
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        return options;
    }
}
