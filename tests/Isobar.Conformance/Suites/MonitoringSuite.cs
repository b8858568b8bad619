using System.Globalization;
using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Conformance.Suites;

/// <summary>What every cloud's monitoring does: usual traffic passes, traffic in other units is found, and the report says which column.</summary>
public abstract class MonitoringSuite(ICloudFixture fixture)
{
    private readonly ICloud _cloud = fixture.Cloud;

    [Fact]
    public async Task Schedule_UsualThenDriftedTraffic_IsToldApart()
    {
        var (run, bucket) = await _cloud.TrainAsync();
        Assert.True(run.State == RunState.Completed, run.Reason);
        var model = Steps.Name("model");
        (await _cloud.Models.RegisterAsync(new(model, run.Model!) { Algorithm = "boosted-trees" })).Must();
        var endpoint = Steps.Name("watched");
        await _cloud.DeployAsync(new(endpoint, [new("main", model)]) { CaptureTo = new(bucket, "captured") });

        // 1. A baseline of the features, as a request holds them.
        var rows = Penguins.Features();
        await _cloud.PutAsync(new(bucket, "baseline-data/features.csv"), string.Join('\n', rows.Prepend(Penguins.FeatureHeader)) + "\n");
        var job = (await _cloud.Monitoring.StartBaselineAsync(Steps.Name("baseline"), new(bucket, "baseline-data/features.csv"), new(bucket, "baseline"))).Must();
        Assert.Equal(RunState.Completed, await Steps.UntilAsync(() => _cloud.Monitoring.GetBaselineAsync(job), s => s is not (RunState.InProgress or RunState.Stopping)));
        Assert.Equal(["baseline/constraints.json", "baseline/statistics.json"], (await _cloud.Objects.ListAsync(new(bucket, "baseline/"))).Must().Select(o => o.Key));

        // 2. The same birds again: nothing to say.
        await AskAsync(endpoint, rows);
        var usual = await CompareAsync(Steps.Name("usual"), endpoint, bucket);
        Assert.True(usual is { State: RunState.Completed, Violations: false }, usual.ToString());

        // 3. Their mass in pounds: that column, and none that stayed as it was.
        var mass = Array.IndexOf(Penguins.FeatureHeader.Split(','), "body_mass_g");
        await AskAsync(endpoint, [.. rows.Select(r => r.Split(',')).Select(c => string.Join(',', c.Select((v, i) => i == mass && double.TryParse(v, CultureInfo.InvariantCulture, out var g) ? (g / 453.6).ToString("0.0", CultureInfo.InvariantCulture) : v)))]);
        var name = Steps.Name("drifted");
        var drifted = await CompareAsync(name, endpoint, bucket);
        Assert.True(drifted is { State: RunState.Completed, Violations: true }, drifted.ToString());
        var reports = (await _cloud.Objects.ListAsync(new(bucket, $"reports/{name}"))).Must();
        var report = await _cloud.ReadAsync(new(bucket, Assert.Single(reports, o => o.Key.EndsWith("violations.json", StringComparison.Ordinal)).Key));
        Assert.Contains("body_mass_g", report, StringComparison.Ordinal);
        Assert.DoesNotContain("bill_length_mm", report, StringComparison.Ordinal);

        (await _cloud.Monitoring.DeleteAsync(name)).Must();
        (await _cloud.Serving.DeleteAsync(endpoint)).Must();
    }

    [Fact]
    public async Task Read_NamesThatAreNot_AreNotFound()
    {
        (await _cloud.Monitoring.GetBaselineAsync(Steps.Name("nobody"))).MustFail(ErrorCode.NotFound);
        (await _cloud.Monitoring.DeleteAsync(Steps.Name("nobody"))).MustFail(ErrorCode.NotFound);
    }

    private async Task AskAsync(string endpoint, IReadOnlyList<string> rows) =>
        (await _cloud.Serving.PredictAsync(endpoint, new(Encoding.UTF8.GetBytes(string.Join('\n', rows))) { Accept = "text/csv" })).Must();

    private async Task<MonitorRun> CompareAsync(string schedule, string endpoint, string bucket)
    {
        (await _cloud.Monitoring.ScheduleAsync(new(schedule, endpoint, new(bucket, "baseline"), new(bucket, $"reports/{schedule}")) { Now = true })).Must();
        return (await Steps.UntilAsync(() => _cloud.Monitoring.RunsAsync(schedule), r => r is [{ State: not (RunState.InProgress or RunState.Stopping) }, ..]))[0];
    }
}
