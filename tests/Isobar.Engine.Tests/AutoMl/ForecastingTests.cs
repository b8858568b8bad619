using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.AutoMl;
using Isobar.Engine.AutoMl.Forecasting;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;
using Isobar.Engine.Serving.Graphs;

namespace Isobar.Engine.Tests.AutoMl;

public sealed class ForecastingTests : IDisposable
{
    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_WeeklySeasons_ForecastsThemFarBetterThanTheMean()
    {
        var manifest = (await RunAsync(Rows(Sales, 140))).Value;
        Assert.Equal(LearningTask.Forecasting, manifest.Task);
        Assert.True(manifest.Metrics["validation:wape"] < 0.08, $"wape {manifest.Metrics["validation:wape"]}");
        var board = JsonSerializer.Deserialize(await File.ReadAllTextAsync(_folder["out/leaderboard.json"]), AutoMlJson.Default.Leaderboard)!;
        Assert.Equal(3, board.Folds);
        Assert.Contains(board.Candidates, c => c.Algorithm == "boosted-trees");
        Assert.All(board.Candidates.Where(c => c.Kept), c => Assert.True(File.Exists(_folder[$"data/candidates/{c.Name}/model.onnx"])));
        Assert.Equal(5, board.Candidates.Count(c => c.Kept));
        var ensemble = board.Candidates.Single(c => c.Algorithm == "weighted-ensemble").Metrics["wape"].Mean;
        Assert.All(board.Candidates, c => Assert.True(ensemble <= c.Metrics["wape"].Mean * 1.05, $"{c.Name} {c.Metrics["wape"].Mean} against {ensemble}"));
        // What came in truth, in the fortnight that nobody has seen.
        foreach (var row in Serve(Rows(Sales, 140)))
        {
            var day = (int)(row.Time - Start).TotalDays;
            Assert.InRange(row.Mean, 0.8 * Sales(row.Item, day), 1.2 * Sales(row.Item, day));
            Assert.True(row.Low <= row.High);
        }
    }

    [Fact]
    public async Task Serve_AnotherPast_GivesAnotherForecast()
    {
        await RunAsync(Rows(Sales, 140));
        var (usual, doubled) = (Serve(Rows(Sales, 140)), Serve(Rows((item, day) => 2 * Sales(item, day), 140)));
        Assert.All(usual.Zip(doubled), p => Assert.Equal(2 * p.First.Mean, p.Second.Mean, 0.02 * p.Second.Mean));
    }

    [Fact]
    public async Task Train_ColumnKnownAhead_IsUsed()
    {
        // Sales double on days with an offer, which come without a rule.
        static bool Offer(int day) => unchecked((uint)(day * 2654435761)) % 5 == 0;
        static double Value(int day) => (100 + 3 * Math.Sin(day)) * (Offer(day) ? 2 : 1);
        var lines = Enumerable.Range(0, 500).Select(d => Invariant($"{Start.AddDays(d):yyyy-MM-dd},{Value(d):0.##},{(Offer(d) ? 1 : 0)}")).Prepend("day,sales,offer").ToList();
        var manifest = (await RunAsync(lines, new() { ["time_column"] = "day", ["item_column"] = "", ["known_ahead"] = "offer" }, "sales")).Value;
        Assert.True(manifest.Metrics["validation:wape"] < 0.08, $"wape {manifest.Metrics["validation:wape"]}");
        var ahead = Enumerable.Range(500, 14).Select(d => Invariant($"{Start.AddDays(d):yyyy-MM-dd},,{(Offer(d) ? 1 : 0)}"));
        var served = Serve([.. lines, .. ahead]);
        Assert.All(served.Select((r, i) => (r.Mean, Offer: Offer(500 + i))), r => Assert.Equal(r.Offer, r.Mean > 150));
    }

    [Fact]
    public async Task Train_SameSeed_GivesTheSameModel()
    {
        await RunAsync(Rows(Sales, 100));
        var first = await File.ReadAllBytesAsync(_folder["out/model.onnx"]);
        await RunAsync(Rows(Sales, 100));
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder["out/model.onnx"]));
    }

    [Theory]
    [InlineData("frequency", "7D", "'7D' is no frequency")]
    [InlineData("quantiles", "0.5,1.5", "between 0 and 1")]
    [InlineData("item_column", "shop", "'shop' is not among")]
    [InlineData("horizon", "90", "a horizon of 90 needs 184")]
    public async Task Train_WrongOption_IsNamed(string name, string value, string expected)
    {
        var error = (await RunAsync(Rows(Sales, 100), new() { [name] = value })).Error!;
        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public async Task Train_TimeThatIsNone_NamesTheRow() =>
        Assert.Contains("The timestamp of row 2 is 'someday'", (await RunAsync(["item_id,timestamp,value", "a,2024-01-01,1", "a,someday,2"])).Error!.Message);

    [Theory]
    [InlineData("1D", "2024-02-29", "2024-03-01")]
    [InlineData("1M", "2023-12-15", "2024-01-01")]
    [InlineData("1W", "2024-01-03", "2024-01-08")]
    [InlineData("1Y", "2024-05-01", "2025-01-01")]
    [InlineData("6H", "2024-01-01T05:00:00", "2024-01-01T06:00:00")]
    [InlineData("15min", "2024-01-01T00:14:00", "2024-01-01T00:15:00")]
    public void StartOf_NextPeriod_IsTheCalendars(string frequency, string time, string next)
    {
        var known = Frequency.Parse(frequency).Value;
        DateTime Parsed(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        Assert.Equal(Parsed(next), known.StartOf(known.IndexOf(Parsed(time)) + 1));
    }

    [Fact]
    public void HoltWinters_LineWithSeason_IsContinuedExactly()
    {
        static double Value(int t) => 10 + 2.0 * t + 5 * (t % 4);
        var weights = Smoothing.HoltWinters(16, 8, 4, 0.5, 0.3, 1, 0.3);
        for (var h = 0; h < 8; h++) Assert.Equal(Value(16 + h), Enumerable.Range(0, 16).Sum(i => weights[i, h] * Value(i)), 6.0);
    }

    [Fact]
    public void Read_RowsOfOnePeriodAndGaps_AreSummedAndInterpolated()
    {
        var layout = new ForecastLayout("", "t", "y", "1D", 1, 4, [0.5], [], "sum", "interpolate");
        var table = new Isobar.Engine.Algorithms.Data.DataTable([new("t", null, ["2024-01-01", "2024-01-01", "2024-01-03"]), new("y", [1, 2, 5], null)], 3);
        var series = Assert.Single(SeriesReader.Read(table, layout, Frequency.Parse("D").Value).Value);
        Assert.Equal([3, 4, 5], series.Values);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static double Sales(string item, int day) => (item == "a" ? 100 : 20) * (1 + day / 400.0) * (day % 7 >= 5 ? 1.8 : 1 + 0.05 * (day % 7)) + 2 * Math.Sin(day * 12.9898);

    private static List<string> Rows(Func<string, int, double> value, int days) =>
        [.. new[] { "a", "b" }.SelectMany(item => Enumerable.Range(0, days).Select(d => Invariant($"{item},{Start.AddDays(d):yyyy-MM-dd},{value(item, d):0.###}"))).Prepend("item_id,timestamp,value")];

    private async Task<Result<ModelManifest>> RunAsync(IEnumerable<string> lines, Dictionary<string, string>? values = null, string target = "value")
    {
        Directory.CreateDirectory(_folder["in/train"]);
        await File.WriteAllLinesAsync(_folder["in/train/rows.csv"], lines);
        var all = new Dictionary<string, string> { ["item_column"] = "item_id", ["horizon"] = "14", ["objective"] = "wape", ["max_candidates"] = "8" };
        foreach (var (name, value) in values ?? []) all[name] = value;
        var request = new TrainingRequest { Algorithm = "forecasting", Task = LearningTask.Forecasting, Layout = new DataLayout { Label = target }, HyperParameters = all, Seed = 3 };
        return await ForecastTrainer.TrainAsync(request, new TrainingFolders(_folder["in"], _folder["out"], null, _folder["data"]), Quiet.Instance, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private sealed record Forecast(string Item, DateTime Time, double Mean, double Low, double High);

    /// <summary>What an endpoint would answer: body, codec, graph, codec.</summary>
    private List<Forecast> Serve(IEnumerable<string> lines)
    {
        var manifest = JsonSerializer.Deserialize(File.ReadAllText(_folder["out/model.json"]), AlgorithmsJson.Default.ModelManifest)!;
        var codec = ForecastCodec.For(manifest)!;
        using var graph = OnnxGraph.Load(_folder["out/model.onnx"]).Value;
        using var buffers = new GraphBuffers(graph.Signature);
        var decoded = codec.Decode("text/csv", Encoding.UTF8.GetBytes(string.Join('\n', lines)), buffers.Inputs);
        Assert.True(decoded.IsOk, decoded.Error?.Message);
        graph.Run(buffers);
        var to = new ArrayBufferWriter<byte>();
        Assert.Equal("text/csv", codec.Encode("text/csv", buffers.Inputs, buffers.Outputs, to).Value);
        var reply = Encoding.UTF8.GetString(to.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var header = reply[0].Split(',').ToList();
        return [.. reply.Skip(1).Select(l => l.Split(',')).Select(Row)];

        Forecast Row(string[] cells)
        {
            double Number(string name) => double.Parse(cells[header.IndexOf(name)], CultureInfo.InvariantCulture);
            var time = DateTime.Parse(cells[header.IndexOf("mean") - 1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
            return new Forecast(header[0] == "item_id" ? cells[0] : "", time, Number("mean"), Number("p10"), Number("p90"));
        }
    }
}
