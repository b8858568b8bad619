using System.Diagnostics;
using System.Security.Cryptography;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Tests.Objects;

public sealed class ObjectStoreFaultTests : IDisposable
{
    private static readonly BucketName B = new("aws", "bucket");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_FilesThatNoRowNames_AreRemovedAndTheNamedKept()
    {
        var kept = RandomNumberGenerator.GetBytes(50_000);
        await using (var first = Open(_folder.Path))
        {
            await first.CreateBucketAsync(B, null, default);
            await first.PutAsync(B, "kept", new MemoryStream(kept), null, default);
        }
        var orphan = Path.Combine(_folder["objects"], "blobs", "ab", new string('c', 62));
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllBytesAsync(orphan, [1]);
        await File.WriteAllBytesAsync(Path.Combine(_folder["objects"], "incoming", "half"), [1]);

        await using var second = Open(_folder.Path);
        await second.Recovery;

        Assert.False(File.Exists(orphan));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_folder["objects"], "incoming")));
        Assert.Equal(kept, await ReadAsync(second, "kept"));
    }

    [Fact]
    public async Task PutAndDelete_SameContentManyAtOnce_NeverLoseAKeptOne()
    {
        await using var store = Open(_folder.Path);
        await store.CreateBucketAsync(B, null, default);
        var bytes = RandomNumberGenerator.GetBytes(40_000);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                await store.PutAsync(B, $"k{worker}", new MemoryStream(bytes), null, default);
                if (i % 3 != 0) Assert.Equal(bytes, await ReadAsync(store, $"k{worker}"));
                await store.DeleteAsync(B, $"k{worker}", null, default);
            }
            await store.PutAsync(B, $"k{worker}", new MemoryStream(bytes), null, default);
        })));

        for (var worker = 0; worker < 8; worker++) Assert.Equal(bytes, await ReadAsync(store, $"k{worker}"));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder["objects"], "blobs"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task PutAsync_DiskFull_IsAClearErrorAndEverythingElseStays()
    {
        var disk = _folder["disk"];
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && await RunAsync("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk), "A small disk can only be mounted by root on Linux.");
        try
        {
            await using var store = Open(disk);
            await store.CreateBucketAsync(B, null, default);
            await store.PutAsync(B, "old", new MemoryStream(new byte[100_000]), null, default);

            var full = await store.PutAsync(B, "old", new MemoryStream(new byte[8_000_000]), null, default);

            Assert.Equal(ErrorCode.ResourceExhausted, full.Error?.Code);
            Assert.Equal(100_000, (await ReadAsync(store, "old")).Length);
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(disk, "objects", "incoming")));
            Assert.True((await store.PutAsync(B, "new", new MemoryStream(new byte[200_000]), null, default)).IsOk);

            // Small contents live in the index: it fills up too, and frees itself.
            var small = new List<Result<ObjectInfo>>();
            for (var i = 0; i < 600 && small.TrueForAll(s => s.IsOk); i++)
                small.Add(await store.PutAsync(B, $"s{i}", new MemoryStream(RandomNumberGenerator.GetBytes(16_000)), null, default));
            Assert.Equal(ErrorCode.ResourceExhausted, small[^1].Error?.Code);
            Assert.Equal(16_000, (await ReadAsync(store, "s0")).Length);
        }
        finally
        {
            await RunAsync("umount", "-l", disk);
        }
    }

    private static ObjectStore Open(string folder) => new(new EngineOptions { DataDirectory = folder }, TimeProvider.System);

    private static async Task<byte[]> ReadAsync(ObjectStore store, string key)
    {
        await using var open = (await store.OpenAsync(B, key, null, 0, null, default)).Value;
        using var copy = new MemoryStream();
        await open.Content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
