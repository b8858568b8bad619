using System.Formats.Tar;
using System.IO.Compression;
using Isobar.Core.Results;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Tests.Serving;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Models;

public sealed class ModelPackagesTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ObjectStore _objects;
    private readonly ModelPackages _packages;

    public ModelPackagesTests()
    {
        var options = new EngineOptions { DataDirectory = _folder.Path };
        _objects = new ObjectStore(options, new FakeTimeProvider());
        _packages = new ModelPackages(_objects, options, new PackageLimits { MaxEntries = 10, MaxBytes = 4_000_000, RatioFreeBytes = 100_000, MaxRatio = 50 });
    }

    public async ValueTask DisposeAsync()
    {
        await _objects.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task OpenAsync_Folder_IsTheFilesBelowIt()
    {
        var model = await TestGraphs.PutAsync(_objects, "folder/model/net.onnx", [1, 2]);
        await TestGraphs.PutAsync(_objects, "folder/model/model.json", [3]);
        await TestGraphs.PutAsync(_objects, "folder2/other", [4]);
        var at = model with { Key = "folder/" };
        var first = (await _packages.OpenAsync(at, default)).Value;

        Assert.Equal(first, (await _packages.OpenAsync(at, default)).Value);
        Assert.Equal([1, 2], File.ReadAllBytes(first.OnnxFile!));
        Assert.EndsWith("model.json", first.ManifestFile);
        Assert.False(File.Exists(Path.Combine(first.Folder, "other")));
        // A changed file makes another package; the one that is in use stays as it is.
        await TestGraphs.PutAsync(_objects, "folder/model/net.onnx", [5]);
        Assert.Equal([5], File.ReadAllBytes((await _packages.OpenAsync(at, default)).Value.OnnxFile!));
        Assert.Equal([1, 2], File.ReadAllBytes(first.OnnxFile!));
        Assert.Equal(ErrorCode.NotFound, (await _packages.OpenAsync(at with { Key = "none/" }, default)).Error!.Code);
    }

    [Fact]
    public async Task OpenAsync_TarGz_IsUnpackedOnce()
    {
        var at = await TestGraphs.PutAsync(_objects, "m.tar.gz", TestGraphs.TarGz(("./model.onnx", [1, 2]), ("model.json", [3]), ("code/serve.py", [4])));
        var first = (await _packages.OpenAsync(at, default)).Value;
        var second = (await _packages.OpenAsync(at, default)).Value;

        Assert.Equal(first, second);
        Assert.Equal([1, 2], File.ReadAllBytes(first.OnnxFile!));
        Assert.EndsWith("model.json", first.ManifestFile);
        Assert.Equal([4], File.ReadAllBytes(Path.Combine(first.Folder, "code", "serve.py")));
        Assert.Single(Directory.EnumerateDirectories(_folder["models"]));
    }

    [Fact]
    public async Task OpenAsync_BareOnnx_IsTakenAsItIs()
    {
        var package = (await _packages.OpenAsync(await TestGraphs.PutAsync(_objects, "a/net.onnx", [8, 9, 10]), default)).Value;
        Assert.Equal([8, 9, 10], File.ReadAllBytes(package.OnnxFile!));
    }

    [Fact]
    public async Task OpenAsync_MissingObject_SaysWhich()
    {
        await ((IObjectStore)_objects).CreateBucketAsync(TestGraphs.Bucket);
        var error = (await _packages.OpenAsync(new(TestGraphs.Bucket, "no/model.tar.gz"), default)).Error!;
        Assert.Equal(ErrorCode.NotFound, error.Code);
        Assert.Contains("models/no/model.tar.gz", error.Message);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/evil")]
    [InlineData("a/../../evil")]
    [InlineData("a/../evil")]
    public Task OpenAsync_PathOutOfTheFolder_IsRefused(string name) => RefusedAsync(name, Tar(File1(name)));

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../outside")]
    [InlineData("sub/../../outside")]
    public Task OpenAsync_LinkOutOfTheFolder_IsRefused(string target) => RefusedAsync("link", Tar(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = target }));

    [Fact]
    public Task OpenAsync_LinksThatClimbTogether_AreRefused() => RefusedAsync("e", Tar(
        new PaxTarEntry(TarEntryType.SymbolicLink, "a/b/c") { LinkName = "../.." },
        new PaxTarEntry(TarEntryType.SymbolicLink, "e") { LinkName = "a/b/c/../x" }));

    [Fact]
    public Task OpenAsync_FileThroughALink_IsRefused() => RefusedAsync("d/file", Tar(
        new PaxTarEntry(TarEntryType.SymbolicLink, "d") { LinkName = "." }, File1("d/file")));

    [Fact]
    public Task OpenAsync_HardLinkToNowhere_IsRefused() => RefusedAsync("h", Tar(new PaxTarEntry(TarEntryType.HardLink, "h") { LinkName = "../../../etc/passwd" }));

    [Fact]
    public Task OpenAsync_Device_IsRefused() => RefusedAsync("dev", Tar(new PaxTarEntry(TarEntryType.CharacterDevice, "dev") { DeviceMajor = 1, DeviceMinor = 3 }));

    [Fact]
    public Task OpenAsync_Bomb_IsRefused() => RefusedAsync("zeros", TestGraphs.TarGz(("zeros", new byte[3_000_000])));

    [Fact]
    public Task OpenAsync_TooManyEntries_IsRefused() => RefusedAsync("10 entries", TestGraphs.TarGz([.. Enumerable.Range(0, 11).Select(i => ($"f{i}", new byte[1]))]));

    [Fact]
    public async Task OpenAsync_TooManyBytes_IsRefused()
    {
        var noise = new byte[5_000_000];
        new Random(1).NextBytes(noise);
        await RefusedAsync("noise", TestGraphs.TarGz(("noise", noise)));
    }

    [Fact]
    public async Task OpenAsync_Truncated_IsRefused()
    {
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        await RefusedAsync("damaged", TestGraphs.TarGz(("model.onnx", noise))[..100_000]);
    }

    [Fact]
    public Task OpenAsync_NotAnArchive_IsRefused() => RefusedAsync("neither", "hello, I am a text"u8.ToArray());

    [Fact]
    public async Task OpenAsync_LinkInside_IsKept()
    {
        var at = await TestGraphs.PutAsync(_objects, "m.tar.gz", Tar(File1("real/model.onnx"), new PaxTarEntry(TarEntryType.SymbolicLink, "model.onnx") { LinkName = "real/model.onnx" }));
        var package = (await _packages.OpenAsync(at, default)).Value;
        Assert.Equal([7], File.ReadAllBytes(package.OnnxFile!));
    }

    private async Task RefusedAsync(string named, byte[] archive)
    {
        var opened = await _packages.OpenAsync(await TestGraphs.PutAsync(_objects, "model.tar.gz", archive), default);
        Assert.Equal(ErrorCode.InvalidArgument, opened.Error?.Code);
        Assert.Contains(named, opened.Error!.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["models"]));
    }

    private static PaxTarEntry File1(string name) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream([7]) };

    private static byte[] Tar(params PaxTarEntry[] entries)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, leaveOpen: true))
            foreach (var entry in entries) tar.WriteEntry(entry);
        return packed.ToArray();
    }
}
