using Isobar.Clients.Harness;
using Isobar.Engine.Keys;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Clients.Signing;

/// <summary>A server of its own that checks signatures, against the signatures of the official clients.</summary>
public sealed class SigningTests
{
    [Fact]
    public Task Signatures_Boto3_AreCheckedAsBotocoreMakesThem() => RunAsync(server => PythonClient.RunAsync(server, "signing.py"));

    [Fact]
    public Task Signatures_JavaScript_AreCheckedAsTheSdkMakesThem() => RunAsync(server => NodeClient.RunAsync(server, "signing.mjs"));

    [Fact]
    public Task Signatures_OfAzureStorage_AreCheckedAsTheSdkMakesThem() => RunAsync(server => NodeClient.RunAsync(server, "azure-signing.mjs"));

    private static async Task RunAsync(Func<ServerFixture, Task<string>> client)
    {
        var server = new ServerFixture(o => o with { VerifySignatures = true });
        await server.InitializeAsync();
        try
        {
            var key = await server.Services.GetRequiredService<IKeyRing>().CreateAsync();
            server.Credentials = (key.Id, key.Secret);
            Assert.Contains("ok", await client(server), StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
