namespace Isobar.Azure.Client;

/// <summary>Sends requests for tokens without TLS, for an emulator that is addressed so: Azure.Identity itself knows authorities over TLS alone.</summary>
internal sealed class PlainLogin : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { Scheme: "https" } uri) request.RequestUri = new UriBuilder(uri) { Scheme = Uri.UriSchemeHttp, Port = uri.Port }.Uri;
        return base.SendAsync(request, cancellationToken);
    }
}
