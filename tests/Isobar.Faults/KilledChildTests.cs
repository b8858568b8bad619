using System.Diagnostics;
using Isobar.Core.Capabilities;

namespace Isobar.Faults;

/// <summary>A training child dies by itself: its job says so, and nothing else feels it.</summary>
public sealed class KilledChildTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-child-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Child_Killed_FailsItsJobAlone()
    {
        await using var server = await ChildServer.StartAsync(Path.Combine(_folder, "data"));
        await Lab.UploadPenguinsAsync(server.Cloud);
        var mark = Guid.NewGuid().ToString("n");
        await Lab.ScriptAsync(server.Aws, "victim", $"echo began; : {mark}; while :; do sleep 1; done");
        await Lab.UntilAsync(() => Lab.Processes(mark).Count > 0, "The child starts");
        Lab.Ok(await server.Cloud.Training.StartAsync(Lab.Order("bystander")));

        foreach (var id in Lab.Processes(mark)) Process.GetProcessById(id).Kill();

        var victim = await Lab.FinalAsync(server.Cloud, "victim");
        Assert.Equal(RunState.Failed, victim.State);
        Assert.Contains("AlgorithmError", victim.Reason, StringComparison.Ordinal);
        Assert.Contains("137", victim.Reason, StringComparison.Ordinal);
        Assert.Equal(RunState.Completed, (await Lab.FinalAsync(server.Cloud, "bystander")).State);
        var log = Lab.Ok(await server.Cloud.Training.LogAsync("victim"));
        Assert.Contains(log.Lines, l => l.Text == "began");
    }
}
