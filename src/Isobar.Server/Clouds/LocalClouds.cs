using Isobar.Aws.Client;
using Isobar.Azure.Client;
using Isobar.Google;
using Isobar.Google.Client;
using Isobar.Server.Hosting;

namespace Isobar.Server.Clouds;

/// <summary>The emulators of this server, spoken to over their own wire, as any caller does.</summary>
internal static class LocalClouds
{
    private static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(365);

    public static async Task<IReadOnlyList<CloudClient>> AllAsync(OnPremisesClient machine, ServerAddresses addresses, CancellationToken ct)
    {
        var azure = AzureClientOptions.ForEmulator(new Uri(addresses.Azure));
        var aws = new AwsClientOptions { Endpoint = new Uri(addresses.Aws), AccessKeyId = "test", SecretAccessKey = "test" };
        if (addresses.VerifySignatures)
        {
            var key = await machine.Keys.IssueAsync("000000000000", KeyLifetime, ct: ct).ConfigureAwait(false);
            aws = aws with { AccessKeyId = key.Id, SecretAccessKey = key.Secret, SessionToken = key.Token };
            azure = azure with { ClientId = key.Id, ClientSecret = key.Secret };
        }
        var google = GoogleEnvironment.Variables(addresses.DataDirectory, addresses.Gcp);
        var gcp = new GoogleClientOptions { Endpoint = new Uri(addresses.Gcp), Project = google["GOOGLE_CLOUD_PROJECT"], KeyFile = google["GOOGLE_APPLICATION_CREDENTIALS"] };
        return
        [
            new("aws", "aws", aws.Region, aws.Endpoint, Emulated: true, s => s.AddAwsCloud(aws)),
            new("gcp", "gcp", gcp.Location, gcp.Endpoint, Emulated: true, s => s.AddGoogleCloud(gcp)),
            new("azure", "azure", azure.Location, azure.Endpoint, Emulated: true, s => s.AddAzureCloud(azure)),
        ];
    }
}
