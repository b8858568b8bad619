using System.Text;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Tests.Orchestration;

public sealed class EvaluationTests : IAsyncLifetime
{
    private readonly Lab _lab = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    // Rows of a held-out file: b is to be predicted from a, and both clouds say twice a.
    private async Task<Manifest> ManifestAsync(string held, params Gate[] gates)
    {
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) cloud.Predicts = l => $"{2 * int.Parse(l, System.Globalization.CultureInfo.InvariantCulture)}";
        var manifest = await _lab.ManifestAsync(w => w with { Evaluation = new EvaluationWish("held"), Promotion = new PromotionRules(Gates: gates) });
        var digest = (await _lab.Artifacts.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(held)), ct: TestContext.Current.CancellationToken)).Value;
        return manifest with { Data = manifest.Data!.Append(new("held", new DataSet("held.csv", Sha256: digest))).ToDictionary() };
    }

    private async Task<ModelVersion> JudgedAsync(int number = 1)
    {
        await Lab.UntilAsync(async () => (await _lab.Versions.GetAsync("demo", "line", number)) is { IsOk: true, Value.Stage: not Stage.Evaluating });
        return (await _lab.Versions.GetAsync("demo", "line", number)).Value;
    }

    [Fact]
    public async Task Version_ThatPredictsTheHeldOutRows_IsPromotedWithItsMetrics()
    {
        await _lab.ApplyAsync(await ManifestAsync("a,b\n1,2\n2,4\n3,7\n", new Gate("evaluation:rmse", AtMost: 0.6)));
        await _lab.SettledAsync();
        var version = await JudgedAsync();
        Assert.Equal(Stage.Production, version.Stage);
        Assert.Equal(Math.Sqrt(1 / 3.0), version.Metrics!["evaluation:rmse"], 12);
        Assert.Equal(3, version.Metrics["evaluation:rows"]);
        Assert.Equal(0.95, version.Metrics["validation:accuracy"]);
        Assert.True(Assert.Single(version.Gates!).Passed);
        // Predicted once, by the version itself, and without the label.
        var work = Assert.Single(await _lab.Batches.ListAsync("demo", TestContext.Current.CancellationToken));
        Assert.Equal((1, 3), (work.Version, work.Rows));
    }

    [Fact]
    public async Task Version_ThatPredictsThemBadly_IsHeldBack()
    {
        await _lab.ApplyAsync(await ManifestAsync("a,b\n1,9\n2,9\n", new Gate("evaluation:mae", AtMost: 1)));
        var version = await JudgedAsync();
        Assert.Equal((Stage.Rejected, "evaluation:mae is 6; at most 1 is wanted."), (version.Stage, Assert.Single(version.Gates!).Message));
        await _lab.SettledAsync();
        Assert.Null((await _lab.StandingAsync()).Production);
    }

    [Fact]
    public async Task Version_NoWorseThanTheOneBefore_IsHeldAgainstTheSameRows()
    {
        await _lab.ApplyAsync(await ManifestAsync("a,b\n1,2\n2,4\n", new Gate("evaluation:mae", NoWorse: "lower")));
        await _lab.SettledAsync();
        // The next one is worse.
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) cloud.Predicts = _ => "0";
        var next = await ManifestAsync("a,b\n1,2\n2,4\n", new Gate("evaluation:mae", NoWorse: "lower"));
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) cloud.Predicts = _ => "0";
        await _lab.ApplyAsync(next with { Models = next.Models!.ToDictionary(m => m.Key, m => m.Value with { Training = m.Value.Training! with { Seed = 7 } }) });
        Assert.Equal(Stage.Rejected, (await JudgedAsync(2)).Stage);
        await _lab.SettledAsync();
        Assert.Equal(1, (await _lab.StandingAsync()).Production);
    }

    [Fact]
    public async Task Evaluation_KilledInTheMiddle_GoesOnWithTheSameBatch()
    {
        var release = false;
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) cloud.BatchEnds = _ => Volatile.Read(ref release);
        await _lab.ApplyAsync(await ManifestAsync("a,b\n1,2\n2,4\n"));
        await Lab.UntilAsync(async () => (await _lab.Batches.ListAsync("demo")).Count == 1);
        Assert.Null((await _lab.StandingAsync()).Production);
        await _lab.RestartAsync();
        Volatile.Write(ref release, true);
        await _lab.SettledAsync();
        Assert.Single(await _lab.Batches.ListAsync("demo", TestContext.Current.CancellationToken));
        Assert.Equal(1, (await _lab.StandingAsync()).Production);
    }

    [Fact]
    public async Task Version_WhoseRowsHaveNoLabel_IsHeldBackAndSaysWhy()
    {
        await _lab.ApplyAsync(await ManifestAsync("a,c\n1,2\n"));
        var version = await JudgedAsync();
        Assert.Equal(Stage.Rejected, version.Stage);
        Assert.StartsWith("It could not be evaluated: ", Assert.Single(version.Gates!).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluation: { data: none }", "models.line.evaluation.data")]
    [InlineData("evaluation: { data: there }", "models.line.evaluation.data")]
    [InlineData("evaluation: { data: rows, clouds: [moon] }", "models.line.evaluation.clouds[0]")]
    public void Manifest_WhoseEvaluationIsNotAsItMustBe_IsRefused(string evaluation, string path)
    {
        var text = $"name: demo\ndata: {{ rows: {{ path: rows.csv }}, there: {{ cloud: aws, bucket: b, key: k }} }}\nmodels:\n  line:\n    training: {{ algorithm: linear, task: regression, label: b, data: {{ train: rows }} }}\n    {evaluation}\n";
        Assert.Equal(path, Assert.Single(ManifestReader.Read(text, ["aws"]).Faults).Path);
    }
}
