using System.Net;
using System.Security.Cryptography;
using Isobar.Core.Capabilities;

namespace Isobar.Faults;

/// <summary>The disk fills up, really: a small file system of memory is mounted over the data directory, seen by the server alone.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-full-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Disk_Full_RefusesWritesKeepsTheOldAndRecovers()
    {
        var probe = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", "unshare -m mount -t tmpfs -o size=1m tmpfs /mnt 2>/dev/null"]))!;
        await probe.WaitForExitAsync();
        Assert.SkipUnless(probe.ExitCode == 0, "No file system may be mounted here (unshare and mount take the right to).");

        await using var server = await ChildServer.StartAsync(Data, $"mount -t tmpfs -o size=48m tmpfs '{Data}'");
        using var http = new HttpClient();
        await Lab.UploadPenguinsAsync(server.Cloud);
        var old = RandomNumberGenerator.GetBytes(Megabyte);
        await Lab.UploadAsync(server.Cloud, "old", old);

        // 1. Fill it.
        HttpResponseMessage refused;
        var stored = 0;
        while (true)
        {
            refused = await http.PutAsync($"{server.Aws}/{Lab.Bucket}/fill/{stored}", new ByteArrayContent(RandomNumberGenerator.GetBytes(4 * Megabyte)));
            if (!refused.IsSuccessStatusCode) break;
            stored++;
            Assert.True(stored < 12, "48 MB hold no 48 MB beside the rest");
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("disk", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{server.Aws}/{Lab.Bucket}/fill/{stored}")).StatusCode);

        // 2. An object that cannot be replaced stays what it was; reading goes on.
        Assert.False((await http.PutAsync($"{server.Aws}/{Lab.Bucket}/old", new ByteArrayContent(RandomNumberGenerator.GetBytes(8 * Megabyte)))).IsSuccessStatusCode);
        Assert.Equal(old, await http.GetByteArrayAsync($"{server.Aws}/{Lab.Bucket}/old"));

        // 3. A job that fills the disk itself fails, says why, and gives the room back.
        Lab.Ok(await server.Cloud.Objects.DeleteAsync(new(Lab.Bucket, "fill/0")));
        await Lab.ScriptAsync(server.Aws, "greedy", "head -c 90000000 /dev/urandom > \"$SM_MODEL_DIR/big\" || { echo no room for the model > /opt/ml/output/failure; exit 3; }");
        var greedy = await Lab.FinalAsync(server.Cloud, "greedy");
        Assert.Equal(RunState.Failed, greedy.State);
        Assert.Contains("exit code: 3", greedy.Reason, StringComparison.Ordinal);

        // 4. With room again, work goes on without a restart.
        for (var i = 1; i < stored; i++) Lab.Ok(await server.Cloud.Objects.DeleteAsync(new(Lab.Bucket, $"fill/{i}")));
        await Lab.UploadAsync(server.Cloud, "new", old);
        Lab.Ok(await server.Cloud.Training.StartAsync(Lab.Order("after")));
        var after = await Lab.FinalAsync(server.Cloud, "after");
        Assert.True(after.State == RunState.Completed, after.Reason);
    }
}
