using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Isobar.Core.Capabilities;

namespace Isobar.Faults;

/// <summary>Artifacts that nobody should trust: each fails its own deployment, with the reason, and leaves nothing behind.</summary>
public sealed class BadArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Artifacts_NotToBeTrusted_FailTheirDeploymentAlone()
    {
        await using var server = await ChildServer.StartAsync(Path.Combine(_folder, "data"));
        var cloud = server.Cloud;
        var outside = Path.Combine(_folder, "outside");
        (string Name, byte[] Archive, string Word)[] cases =
        [
            ("climbs", Pack(File("../../../../outside", "x")), "outside of its folder"),
            ("absolute", Pack(File(outside, "x")), "outside of its folder"),
            ("linked", Pack(Link("way", _folder), File("way/outside", "x")), "out of its folder"),
            ("hard-linked", Pack(new PaxTarEntry(TarEntryType.HardLink, "passwords") { LinkName = "/etc/passwd" }), "out of its folder"),
            ("bomb", Bomb(), "as a bomb would"),
            ("truncated", Pack(File("model.onnx", new string('x', 100_000)))[..^200], "damaged"),
            ("no-archive", "not a tarball"u8.ToArray(), "neither a gzip-compressed tar archive"),
            ("no-model", Pack(File("readme.txt", "nothing to serve")), "model"),
            ("broken-graph", Pack(File("model.onnx", "these bytes are no graph")), "model"),
        ];
        foreach (var (name, archive, word) in cases)
        {
            await Lab.UploadAsync(cloud, $"bad/{name}/model.tar.gz", archive);
            var endpoint = await Lab.DeployAsync(cloud, name, new(Lab.Bucket, $"bad/{name}/model.tar.gz"), null);
            Assert.True(endpoint.State == DeploymentState.Failed, $"{name} is {endpoint.State}");
            Assert.True(endpoint.Reason!.Contains(word, StringComparison.OrdinalIgnoreCase), $"{name}: {endpoint.Reason}");
            Assert.False(System.IO.File.Exists(outside), $"{name} wrote outside");
        }
        // What was unpacked in vain is gone, and a good model still deploys.
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(_folder, "data", "models"), "new-*"));
        await Lab.UploadPenguinsAsync(cloud);
        Lab.Ok(await cloud.Training.StartAsync(Lab.Order("good")));
        var good = await Lab.FinalAsync(cloud, "good");
        Assert.Equal(DeploymentState.InService, (await Lab.DeployAsync(cloud, "good", good.Model!, "boosted-trees")).State);
    }

    private static PaxTarEntry File(string name, string content) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry Link(string name, string target) => new(TarEntryType.SymbolicLink, name) { LinkName = target };

    private static byte[] Pack(params TarEntry[] entries) => Pack(CompressionLevel.Fastest, entries);

    private static byte[] Pack(CompressionLevel level, params TarEntry[] entries)
    {
        var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, level, leaveOpen: true))
        using (var tar = new TarWriter(zip))
            foreach (var entry in entries) tar.WriteEntry(entry);
        return bytes.ToArray();
    }

    /// <summary>Half a gigabyte of nothing in half a megabyte.</summary>
    private static byte[] Bomb()
    {
        var zeros = new MemoryStream(new byte[512 * 1024 * 1024]);
        return Pack(CompressionLevel.SmallestSize, new PaxTarEntry(TarEntryType.RegularFile, "model.onnx") { DataStream = zeros });
    }
}
