using System.Text.Json.Nodes;
using Isobar.Azure.Client;
using Isobar.Google;
using Isobar.Server.Hosting;

namespace Isobar.Cli.Demo.Failover;

/// <summary>A server of its own that has no cloud itself: it knows three by their addresses, as it would know accounts.</summary>
internal static class FailoverGateway
{
    private const string Key = "ISOBAR_DEMO_KEY";

    /// <param name="here">Where AWS and Azure are.</param>
    /// <param name="there">Where Google Cloud is.</param>
    public static async Task<IsobarServer> StartAsync(ServerAddresses here, ServerAddresses there, string data, CancellationToken ct)
    {
        // What an emulator takes; the names of variables stand in the file, never their values.
        Environment.SetEnvironmentVariable(Key, "test");
        var google = GoogleEnvironment.Variables(there.DataDirectory, there.Gcp);
        var azure = AzureClientOptions.ForEmulator(new Uri(here.Azure));
        var clouds = new JsonObject
        {
            ["local"] = false,
            ["clouds"] = new JsonArray(
                new JsonObject { ["name"] = "aws", ["kind"] = "aws", ["endpoint"] = here.Aws, ["accessKeyIdFrom"] = Key, ["secretAccessKeyFrom"] = Key },
                new JsonObject { ["name"] = "gcp", ["kind"] = "gcp", ["endpoint"] = there.Gcp, ["project"] = google["GOOGLE_CLOUD_PROJECT"], ["keyFile"] = google["GOOGLE_APPLICATION_CREDENTIALS"] },
                new JsonObject
                {
                    ["name"] = "azure", ["kind"] = "azure", ["endpoint"] = here.Azure, ["subscription"] = azure.Subscription, ["resourceGroup"] = azure.ResourceGroup,
                    ["workspace"] = azure.Workspace, ["tenant"] = azure.Tenant, ["clientId"] = azure.ClientId, ["clientSecretFrom"] = Key,
                }),
        };
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "clouds.json"), clouds.ToJsonString(), ct);
        return await IsobarServer.StartAsync(new IsobarServerOptions { DataDirectory = data, ControlPort = 0, AwsPort = 0, GcpPort = 0, AzurePort = 0, LogToConsole = false, WorkerCommand = WorkerProgram.Command }, ct);
    }
}
