using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Isobar.Engine;
using Isobar.Google.Identity;

namespace Isobar.Google.Tests.Identity;

/// <summary>The key of this machine's service account.</summary>
public sealed class ServiceAccountTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-account-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Write_WhileTheKeyIsAskedFor_IsOneKeyWhole()
    {
        var data = "signed"u8.ToArray();
        for (var i = 0; i < 5; i++)
        {
            var folder = Path.Combine(_folder, $"{i}");
            var account = new ServiceAccount(new EngineOptions { DataDirectory = folder });
            using var start = new Barrier(2);
            var written = Task.Run(() => { start.SignalAndWait(); return ServiceAccount.Write(folder, "http://127.0.0.1:1"); });
            var signed = Task.Run(() => { start.SignalAndWait(); return account.Sign(data); });
            var file = JsonNode.Parse(await File.ReadAllTextAsync(await written, TestContext.Current.CancellationToken))!;
            using var key = RSA.Create();
            key.ImportFromPem(file["private_key"]!.GetValue<string>());
            Assert.True(key.VerifyData(data, await signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            Assert.Equal("http://127.0.0.1:1/token", file["token_uri"]!.GetValue<string>());
        }
    }
}
