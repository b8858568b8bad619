using System.Text;
using Isobar.Core.Capabilities;
using Isobar.MultiCloud.Clouds;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.MultiCloud.Tests;

/// <summary>The clouds that a server offers to gateway, dashboard and control plane.</summary>
public sealed class CloudsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-clouds-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clouds_OfAServer_AreItsEmulatorsAndTheMachine(bool verify)
    {
        await using var server = await StartAsync(verify);
        var clouds = server.Services.GetRequiredService<IClouds>();

        await clouds.Ready;
        Assert.Superset(new HashSet<string> { "aws", "gcp", "azure", "onprem" }, clouds.All.Select(c => c.Name).ToHashSet());
        foreach (var entry in clouds.All)
        {
            // Each keeps its own: the same name holds another content in each.
            var at = new DataLocation("isobar-clouds", "who");
            Assert.True((await entry.Cloud.Objects.EnsureBucketAsync(at.Bucket)).IsOk, entry.Name);
            Assert.True((await entry.Cloud.Objects.PutAsync(at, new MemoryStream(Encoding.UTF8.GetBytes(entry.Name)))).IsOk, entry.Name);
        }
        foreach (var entry in clouds.All)
        {
            await using var stream = (await entry.Cloud.Objects.GetAsync(new("isobar-clouds", "who"))).Value;
            Assert.Equal(entry.Name, await new StreamReader(stream).ReadToEndAsync());
        }
    }

    [Fact]
    public async Task Accounts_InCloudsJson_JoinTheLocalOnes()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "clouds.json"), """{ "clouds": [ { "name": "aws-eu", "kind": "aws", "region": "eu-west-1" } ] }""");
        await using var server = await StartAsync(false);
        var entry = server.Services.GetRequiredService<IClouds>().Find("aws-eu");
        Assert.Equal(("aws", "eu-west-1", false), (entry!.Kind, entry.Region, entry.Emulated));
    }

    [Theory]
    [InlineData("""{ "clouds": [ { "name": "aws", "kind": "aws" } ] }""", "clouds[0].name")]
    [InlineData("""{ "clouds": [ { "name": "x", "kind": "ibm" } ] }""", "clouds[0].kind")]
    [InlineData("""{ "clouds": [ { "name": "x", "kind": "gcp" } ] }""", "clouds[0].project")]
    [InlineData("""{ "clouds": [ { "name": "x", "kind": "azure" } ] }""", "clouds[0].workspace")]
    [InlineData("""{ "cloud": [] }""", "cloud")]
    public async Task Accounts_ThatAreWrong_AreNamed(string file, string named)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "clouds.json"), file);
        var refused = await Assert.ThrowsAsync<IOException>(() => StartAsync(false));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    private Task<IsobarServer> StartAsync(bool verify) => IsobarServer.StartAsync(new IsobarServerOptions
    {
        DataDirectory = _folder,
        ControlPort = 0,
        AwsPort = 0,
        GcpPort = 0,
        AzurePort = 0,
        LogToConsole = false,
        VerifySignatures = verify,
        WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")],
    });
}
