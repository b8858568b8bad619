using System.Text.Json.Nodes;
using Isobar.Engine;
using Isobar.Google.Identity;

namespace Isobar.Google.Tests.Identity;

public sealed class ServiceAccountTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-google-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_OtherAddress_KeepsTheKey()
    {
        var before = Read(ServiceAccount.Write(_folder, "http://127.0.0.1:1"));
        var after = Read(ServiceAccount.Write(_folder, "http://127.0.0.1:2"));
        Assert.Equal(before["private_key"]!.ToString(), after["private_key"]!.ToString());
        Assert.Equal("http://127.0.0.1:2/token", after["token_uri"]!.ToString());
    }

    [Fact]
    public void Write_KeyFile_IsForItsOwnerAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ServiceAccount.Write(_folder, "http://127.0.0.1:1")));
    }

    [Fact]
    public void Verify_OtherData_IsNot()
    {
        var account = new ServiceAccount(new EngineOptions { DataDirectory = _folder });
        var signature = account.Sign([1, 2, 3]);
        Assert.True(account.Verify([1, 2, 3], signature));
        Assert.False(account.Verify([1, 2, 4], signature));
    }

    private static JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(path))!;
}
