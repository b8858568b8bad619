using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;

namespace Isobar.MultiCloud.Tests.Orchestration;

/// <summary>Models whose data come of other models' trainings: in order, placed together, made anew together.</summary>
public sealed class GraphTests : IAsyncDisposable
{
    private const string Clean = "a,b\n7,8\n";
    private readonly Lab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Training_OnWhatAnotherMakes_WaitsForItAndReadsIt()
    {
        var release = false;
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp })
        {
            cloud.Ends = o => o.Name.Contains("-prep-", StringComparison.Ordinal) && !release ? null : (Core.Capabilities.RunState.Completed, null);
            cloud.Leaves = o => o.Code is null ? null : Pack("clean.csv", Clean);
        }
        await _lab.ApplyAsync(await ManifestAsync("prep.sh"));
        await Lab.UntilAsync(() => Task.FromResult(!_lab.Gcp.Jobs.IsEmpty));
        Assert.DoesNotContain(_lab.Gcp.Jobs.Keys.Concat(_lab.Aws.Jobs.Keys), j => j.Contains("-line-", StringComparison.Ordinal));
        release = true;
        await _lab.SettledAsync();
        var order = _lab.Gcp.Orders.Values.Single(o => o.Name.Contains("-line-", StringComparison.Ordinal));
        Assert.Equal(Clean, Encoding.UTF8.GetString(_lab.Gcp.Stored[$"{order.Channels["train"]}"]));
        Assert.Equal("prep.sh", _lab.Gcp.Orders.Values.Single(o => o.Code is not null).Code!.Entry);
        Assert.Equal("clean of prep: clean.csv", (await _lab.Versions.ListAsync("demo", "line"))[0].Lineage.Data["train"]);

        // Other code makes both anew.
        await _lab.ApplyAsync(await ManifestAsync("other.sh"));
        await _lab.SettledAsync();
        Assert.Equal((2, 2), ((await _lab.Versions.ListAsync("demo", "prep")).Count, (await _lab.Versions.ListAsync("demo", "line")).Count));

        await _lab.Control.DestroyAsync("demo", "me");
        await Lab.UntilAsync(async () => await _lab.Control.GetAsync("demo") is null);
        Assert.Empty(_lab.Gcp.Stored);
    }

    [Fact]
    public async Task Plan_OfAGraph_PlacesItsTrainingsTogether()
    {
        var manifest = await ManifestAsync("prep.sh");
        Assert.Equal(["prep", "line"], ModelGraph.Linked(manifest, "prep"));
        var plan = (await _lab.Planner.PlanAsync(manifest)).Value;
        Assert.Equal(["gcp", "gcp"], plan.Changes.Where(c => c.Kind == "training").Select(c => c.Cloud));
    }

    [Fact]
    public async Task Plan_OfWhatReadsFromADoneTraining_IsNotBoundToItsCloud()
    {
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) cloud.Leaves = o => o.Code is null ? null : Pack("clean.csv", Clean);
        var manifest = await ManifestAsync("prep.sh");
        // So much that it moves nowhere: while both are to be trained they are placed together.
        manifest = manifest with { Data = new Dictionary<string, DataSet>(manifest.Data!) { ["clean"] = manifest.Data!["clean"] with { Gigabytes = 10_000 } } };
        await _lab.ApplyAsync(manifest);
        await _lab.SettledAsync();
        _lab.More = [new("aws", "us-east-1", "ml.cheap", 4, 16, 0.01m)];
        // The data were brought home when they were made: only what is trained anew is placed.
        var anew = manifest with { Models = manifest.Models!.ToDictionary(m => m.Key, m => m.Key == "line" ? m.Value with { Training = m.Value.Training! with { Seed = 7 } } : m.Value) };
        var plan = (await _lab.Planner.PlanAsync(anew)).Value;
        Assert.Equal([("prep", "none", "gcp"), ("line", "replace", "aws")], plan.Changes.Where(c => c.Kind == "training").Select(c => (c.Target, c.Action, c.Cloud)).OrderByDescending(c => c.Target));
        await _lab.ApplyAsync(anew);
        await _lab.SettledAsync();
        Assert.Equal("aws", (await _lab.Control.ModelsAsync("demo")).Single(s => s.Model == "line").Training!.Cloud);
    }

    [Fact]
    public void Read_DataThatComeFromThemselves_AreRefusedByTheirCircle()
    {
        var (_, faults) = ManifestReader.Read("""
            name: demo
            data: { a: { from: two, file: a.csv }, b: { from: one, file: b.csv }, c: { from: nobody, file: c.csv }, d: { from: one } }
            models:
              one: { training: { code: { path: ., entry: x.sh }, data: { train: a } } }
              two: { training: { code: { path: ., entry: x.sh }, data: { train: b } } }
              none: { training: { data: { train: b } } }
              both: { training: { algorithm: linear, code: { path: ., entry: x.sh }, data: { train: b } } }
            """);
        foreach (var told in new[] { "one from two from one", "There is no model 'nobody'", "name it", "an algorithm, or code of one's own", "not both" }) Assert.Contains(faults, f => f.Message.Contains(told, StringComparison.Ordinal));
    }

    private async Task<Manifest> ManifestAsync(string entry)
    {
        var manifest = await _lab.ManifestAsync(w => w with { Training = w.Training! with { Data = new Dictionary<string, string> { ["train"] = "clean" } } });
        var code = (await _lab.Artifacts.PutAsync(new MemoryStream(Pack(entry, "true")))).Value;
        return manifest with
        {
            Data = new Dictionary<string, DataSet>(manifest.Data!) { ["clean"] = new(From: "prep", File: "clean.csv") },
            Models = new Dictionary<string, ModelWish>(manifest.Models!) { ["prep"] = new(new TrainingWish(null, null, new Dictionary<string, string> { ["train"] = "rows" }, Code: new CodeWish("code", entry, code))) },
        };
    }

    private static byte[] Pack(string name, string content)
    {
        using var packed = new MemoryStream();
        using (var zipped = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zipped))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        return packed.ToArray();
    }
}
