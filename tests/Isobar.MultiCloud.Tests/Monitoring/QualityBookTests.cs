using System.Globalization;
using System.Text;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Tests.Monitoring;

public sealed class QualityBookTests
{
    // Later than any version is promoted here.
    private static readonly DateTimeOffset Noon = new(2126, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private static async Task<Lab> ServedAsync(QualityWish quality)
    {
        var lab = new Lab();
        await lab.ApplyAsync(await lab.ManifestAsync(w => w with { Service = w.Service! with { Monitoring = new WatchWish(Quality: quality) } }));
        return lab;
    }

    private static Task KeepAsync(Lab lab, int number, string predicted, string backend = "aws") =>
        lab.Quality.KeepAsync(new KeptPrediction("demo-line", number.ToString("d6", CultureInfo.InvariantCulture), backend, Noon.AddMinutes(number), "application/json", Encoding.UTF8.GetBytes($$"""{"predictions":[{{predicted}}]}""")));

    private static async Task<LabelsReply> TellAsync(Lab lab, params (int Number, string Label)[] labels) =>
        (await lab.Quality.LabelAsync("demo-line", new LabelsRequest([.. labels.Select(l => new ToldLabel(l.Number.ToString("d6", CultureInfo.InvariantCulture), JsonDocument.Parse(l.Label).RootElement))]))).Value;

    private static async Task<List<string>> ToldAsync(Lab lab) => [.. (await lab.Events.ListAsync("demo", 1000)).Where(e => e.Kind == "quality").Select(e => e.Message).Reverse()];

    [Fact]
    public async Task Labels_OfKeptAnswers_AreTheQualityOfTheServiceAndOfEachCloud()
    {
        await using var lab = await ServedAsync(new QualityWish("accuracy", AtLeast: 0.7, Window: 4, Least: 4));
        foreach (var (number, predicted, backend) in new[] { (1, "\"a\"", "aws"), (2, "\"b\"", "gcp"), (3, "\"a\"", "aws"), (4, "\"b\"", "gcp") }) await KeepAsync(lab, number, predicted, backend);
        // Three say too little.
        Assert.Equal((3, 1), await TellAsync(lab, (1, "\"a\""), (2, "\"b\""), (3, "\"b\""), (9, "\"a\"")) is var first ? (first.Matched, first.Unknown.Count) : default);
        Assert.Empty(await ToldAsync(lab));
        // Half are right: told once.
        await TellAsync(lab, (4, "\"a\""));
        Assert.Equal(["The accuracy of line is 0.5 over the last 4 labelled rows; it is to be at least 0.7."], await ToldAsync(lab));
        var report = Assert.Single(await lab.Quality.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("demo-line", true, 0.5, 4, "at least 0.7", Noon.AddMinutes(1)), (report.Service, report.Broken, report.Now!.Value, report.Now.Rows, report.Bound, report.From));
        Assert.Equal((0.5, 2), (report.Backends["gcp"].Value, report.Backends["gcp"].Rows));
        // Four new ones push those out.
        for (var i = 5; i < 9; i++) await KeepAsync(lab, i, "\"a\"");
        await TellAsync(lab, (5, "\"a\""), (6, "\"a\""), (7, "\"a\""));
        await TellAsync(lab, (8, "\"a\""));
        Assert.Equal(2, (await ToldAsync(lab)).Count);
        Assert.EndsWith("as it is to be again (at least 0.7).", (await ToldAsync(lab))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_OfAnswersBeforeTheVersionThatIsServed_CountNoMore()
    {
        await using var lab = await ServedAsync(new QualityWish("accuracy", AtLeast: 0.7, Window: 10, Least: 2));
        await lab.SettledAsync();
        foreach (var number in new[] { 1, 2, 3 }) await KeepAsync(lab, number, "\"a\"");
        await TellAsync(lab, (1, "\"b\""), (2, "\"b\""));
        var before = Assert.Single(await lab.Quality.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((1, true, 2), (before.Version, before.Broken, before.Now!.Rows));

        // Another version takes over, later than all of these answers.
        var served = await lab.Versions.ListAsync("demo", "line");
        await lab.Store.PutAsync(RegistryKinds.Versions, ModelVersion.Id("demo", "line", 1), served[0] with { Stage = Stage.Archived }, default);
        await lab.Store.PutAsync(RegistryKinds.Versions, ModelVersion.Id("demo", "line", 2), served[0] with { Number = 2, Promoted = Noon.AddHours(1) }, default);
        await KeepAsync(lab, 61, "\"a\"");
        await KeepAsync(lab, 62, "\"a\"");
        Assert.Equal(3, (await TellAsync(lab, (3, "\"b\""), (61, "\"a\""), (62, "\"a\""))).Matched);
        var after = Assert.Single(await lab.Quality.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((2, false, 2, 1d), (after.Version, after.Broken, after.Now!.Rows, after.Now.Value));
    }

    [Fact]
    public async Task Label_ToldTwice_CountsOnce()
    {
        await using var lab = await ServedAsync(new QualityWish());
        await KeepAsync(lab, 1, "1");
        Assert.Equal(1, (await TellAsync(lab, (1, "1"))).Matched);
        Assert.Equal(["000001"], (await TellAsync(lab, (1, "0"))).Unknown);
        Assert.Equal(1, Assert.Single(await lab.Quality.ListAsync(TestContext.Current.CancellationToken)).Now!.Rows);
    }

    [Fact]
    public async Task Labels_ThatDoNotFit_AreAllRefusedByName()
    {
        await using var lab = await ServedAsync(new QualityWish());
        await KeepAsync(lab, 1, "1,2");
        await KeepAsync(lab, 2, "1");
        var one = JsonDocument.Parse("1").RootElement;
        var refused = (await lab.Quality.LabelAsync("demo-line", new LabelsRequest([new("000001", one), new("", one), new("000002"), new("000002", JsonDocument.Parse("{}").RootElement)]), TestContext.Current.CancellationToken)).Error!;
        Assert.Equal(ErrorCode.InvalidArgument, refused.Code);
        Assert.Equal(["labels[0].labels", "labels[1].prediction", "labels[2].label", "labels[3].label"], refused.Faults.Select(f => f.Field));
        // Nothing is half taken.
        Assert.Empty(await lab.Quality.ListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, (await lab.Quality.LabelAsync("demo-line", new LabelsRequest([new("000001", Labels: [one, one])]), TestContext.Current.CancellationToken)).Value.Matched);
    }

    [Fact]
    public async Task Predictions_BeyondThoseKept_AreTheOldest()
    {
        await using var lab = await ServedAsync(new QualityWish());
        for (var i = 1; i <= 5; i++) await KeepAsync(lab, i, "1");
        await lab.Quality.TrimAsync("demo-line", 2, TestContext.Current.CancellationToken);
        Assert.Equal(["000001", "000002", "000003"], (await TellAsync(lab, (1, "1"), (2, "1"), (3, "1"), (4, "1"), (5, "1"))).Unknown);
    }

    [Theory]
    [InlineData("accuracy", "1:1 0:0 1:0", 2.0 / 3)]
    [InlineData("accuracy", "0.7:1 0.2:0 0.5:0 1.0:1", 0.75)]
    [InlineData("f1", "a:a a:b b:b c:c", (2.0 / 3 + 2.0 / 3 + 1) / 3)]
    [InlineData("rmse", "1:2 3:1", 1.5811388300841898)]
    [InlineData("mae", "1:2 3:1", 1.5)]
    [InlineData("rmse", "a:1", null)]
    [InlineData("mae", "", null)]
    public void Of_Rows_IsTheMetricByHand(string metric, string rows, double? expected)
    {
        var value = QualityMetrics.Of(metric, [.. rows.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(':')).Select(r => new Outcome(Noon, "aws", r[0], r[1]))]);
        if (expected is null) Assert.Null(value);
        else Assert.Equal(expected.Value, value!.Value, 12);
    }
}
