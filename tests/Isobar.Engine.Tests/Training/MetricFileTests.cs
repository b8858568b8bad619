using Isobar.Engine.Training;

namespace Isobar.Engine.Tests.Training;

public sealed class MetricFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-metrics-").FullName;

    [Fact]
    public void Read_FileOfHypertune_TakesEachLineOnce()
    {
        var (path, series) = (Path.Combine(_folder, "output.metrics"), Path.Combine(_folder, "series"));
        var file = new MetricFile(path, new MetricReader([], series, TimeProvider.System));
        file.Read();
        var first = """{"checkpoint_path": "", "global_step": "1", "score": "0.5", "timestamp": 1.5, "trial": "7"}""";
        var second = """{"checkpoint_path": "", "global_step": "2", "score": "0.25", "timestamp": 2.5, "trial": "7"}""";
        File.WriteAllText(path, first + "\n" + second[..20]);
        file.Read();
        // The library writes the file anew with the lines so far.
        File.WriteAllText(path, first + "\nnot json\n" + second + "\n");
        file.Read();
        file.Read();
        Assert.Equal([("score", 0.5, 1), ("score", 0.25, 2)], MetricReader.ReadSeries(series).Select(m => (m.Name, m.Value, m.Step!.Value)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
