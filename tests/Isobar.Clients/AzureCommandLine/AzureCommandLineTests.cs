using System.Text.Json.Nodes;
using Isobar.Clients.Harness;

namespace Isobar.Clients.AzureCommandLine;

/// <summary>Debian's <c>az</c>: a cloud is registered by its Resource Manager alone, a service principal signs in, and groups, workspaces and blobs are its own.</summary>
public sealed class AzureCommandLineTests(ServerFixture server) : IDisposable
{
    private const string Subscription = "00000000-0000-0000-0000-000000000000";
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-az-").FullName;

    private string Origin => server.Addresses.Azure.Replace("http:", "https:", StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task CommandLine_SignedIn_ManagesAWorkspaceAndItsGroup()
    {
        await AzAsync("cloud", "register", "-n", "isobar", "--endpoint-resource-manager", Origin, "--endpoint-management", Origin);
        await AzAsync("cloud", "set", "-n", "isobar");
        var signedIn = JsonNode.Parse(await AzAsync("login", "--service-principal", "-u", "any-name", "-p", "any-secret", "--tenant", "11111111-1111-1111-1111-111111111111"))!;
        Assert.Equal(Subscription, (string?)signedIn[0]!["id"]);
        Assert.Equal("westeurope", (string?)JsonNode.Parse(await AzAsync("group", "create", "-n", "az-group", "-l", "westeurope"))!["location"]);
        await AzAsync("rest", "--method", "put", "--resource", Origin, "--url", $"{Origin}/subscriptions/{Subscription}/resourceGroups/az-group/providers/Microsoft.MachineLearningServices/workspaces/az-space?api-version=2024-04-01", "--body", """{"location": "westeurope", "properties": {}}""");
        var listed = JsonNode.Parse(await AzAsync("resource", "list", "-g", "az-group"))!;
        Assert.Contains("az-space", listed.AsArray().Select(r => (string?)r!["name"]));
        var shown = JsonNode.Parse(await AzAsync("resource", "show", "-g", "az-group", "-n", "az-space", "--resource-type", "Microsoft.MachineLearningServices/workspaces", "--api-version", "2024-04-01"))!;
        Assert.Equal("Succeeded", (string?)shown["properties"]!["provisioningState"]);
        await AzAsync("group", "delete", "-n", "az-group", "-y");
        Assert.Equal("false", (await AzAsync("group", "exists", "-n", "az-group")).Trim());
    }

    [Fact]
    public async Task CommandLine_ConnectionString_PutsAndGetsABlob()
    {
        var account = $"DefaultEndpointsProtocol=http;AccountName=azaccount;AccountKey=a2V5;BlobEndpoint={server.Addresses.Azure}/azaccount";
        var (source, target) = (Path.Combine(_folder, "source.txt"), Path.Combine(_folder, "target.txt"));
        await File.WriteAllTextAsync(source, "by the command line", TestContext.Current.CancellationToken);
        await AzAsync("storage", "container", "create", "-n", "azbox", "--connection-string", account);
        await AzAsync("storage", "blob", "upload", "-c", "azbox", "-n", "a/b.txt", "-f", source, "--connection-string", account);
        await AzAsync("storage", "blob", "download", "-c", "azbox", "-n", "a/b.txt", "-f", target, "--connection-string", account);
        Assert.Equal("by the command line", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
    }

    private async Task<string> AzAsync(params string[] arguments)
    {
        if (ClientProcess.Find("az") is not { } az)
        {
            Assert.Skip("The Azure command line is not installed.");
            return "";
        }
        return await ClientProcess.RunAsync(az, [.. arguments, "--only-show-errors"], new Dictionary<string, string>(server.Environment)
        {
            ["AZURE_CONFIG_DIR"] = Path.Combine(_folder, "config"),
            ["AZURE_CORE_COLLECT_TELEMETRY"] = "0",
            ["REQUESTS_CA_BUNDLE"] = server.Addresses.Ca,
        });
    }
}
