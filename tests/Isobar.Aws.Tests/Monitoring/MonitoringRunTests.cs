using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Aws.SageMaker.Monitoring.Reports;
using Isobar.Aws.Tests.SageMaker;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Aws.Tests.Monitoring;

public sealed class MonitoringRunTests : IAsyncDisposable
{
    private static readonly BucketName Bucket = new("aws", "watch");
    private readonly EmulatorFixture _emulator = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-analyzer-").FullName;

    [Fact]
    public async Task Schedule_ShiftedData_EndsWithViolationsReportAndAlarm()
    {
        await BaselineAsync();
        await _emulator.PutObjectAsync("watch", "new/data.csv", Csv(i => i + 40));

        var run = await RunAsync("shifted", "new");

        Assert.Equal(ExecutionState.CompletedWithViolations, run.State);
        var violations = await ReadAsync($"{run.Report!.Key}/constraint_violations.json");
        Assert.Contains(violations["violations"]!.AsArray(), v => (string?)v!["feature_name"] == "age" && (string?)v["constraint_check_type"] == "baseline_drift_check");
        Assert.Contains(await _emulator.Get<IMonitoringSchedules>().AlarmsAsync("aws/shifted"), a => a is { Subject: "age", Raised: true });
    }

    [Fact]
    public async Task Schedule_SameData_Completes()
    {
        await BaselineAsync();
        await _emulator.PutObjectAsync("watch", "same/data.csv", Csv(i => i * 7 % 50));

        Assert.Equal(ExecutionState.Completed, (await RunAsync("same", "same")).State);
    }

    [Fact]
    public async Task Schedule_NoData_FailsAndSaysWhy()
    {
        await BaselineAsync();

        var run = await RunAsync("none", "nothing-here");

        Assert.Equal(ExecutionState.Failed, run.State);
        Assert.Contains("nothing-here", run.Reason, StringComparison.Ordinal);
    }

    /// <summary>The baseline as the processing job makes it, stored where the schedule looks for it.</summary>
    private async Task BaselineAsync()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "in"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "in", "data.csv"), Csv(i => i % 50));
        var environment = new Dictionary<string, string>
        {
            ["dataset_format"] = """{"csv": {"header": true, "output_columns_position": "START"}}""", ["dataset_source"] = "/opt/ml/processing/in", ["output_path"] = "/opt/ml/processing/out",
        };
        var made = await new ModelMonitorAnalyzer().RunAsync(environment, p => p.Replace("/opt/ml/processing", _folder, StringComparison.Ordinal), _ => { }, default);
        Assert.True(made.IsOk, made.Error?.ToString());
        foreach (var name in (string[])["statistics.json", "constraints.json"])
            await _emulator.PutObjectAsync("watch", "baseline/" + name, await File.ReadAllTextAsync(Path.Combine(_folder, "out", name)));
        var constraints = await ReadAsync("baseline/constraints.json");
        Assert.Equal("Integral", (string?)constraints["features"]![0]!["inferred_type"]);
        Assert.Equal("Robust", (string?)constraints["monitoring_config"]!["distribution_constraints"]!["comparison_method"]);
    }

    private async Task<MonitorExecution> RunAsync(string name, string prefix)
    {
        var schedules = _emulator.Get<IMonitoringSchedules>();
        var made = await schedules.CreateAsync(new MonitorSpec
        {
            Id = "aws/" + name, Owner = "aws", Name = name, Dataset = new ObjectLocation(Bucket, prefix), Output = new ObjectLocation(Bucket, "reports"),
            Constraints = new ObjectLocation(Bucket, "baseline/constraints.json"), Statistics = new ObjectLocation(Bucket, "baseline/statistics.json"),
        });
        Assert.True(made.IsOk, made.Error?.ToString());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var run = Assert.Single(await schedules.ExecutionsAsync($"aws/{name}/", limit.Token));
            if (run.IsFinal) return run;
            await Task.Delay(20, limit.Token);
        }
    }

    private async Task<JsonNode> ReadAsync(string key)
    {
        await using var open = (await _emulator.Get<IObjectStore>().OpenAsync(Bucket, key)).Value;
        return (await JsonNode.ParseAsync(open.Content))!;
    }

    private static string Csv(Func<int, int> age)
    {
        var text = new StringBuilder("age,weight,colour\n");
        for (var i = 0; i < 500; i++) text.Append(CultureInfo.InvariantCulture, $"{age(i)},{50 + i % 37 * 0.5:0.0},{(i % 3 == 0 ? "red" : "green")}\n");
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _emulator.DisposeAsync();
        Directory.Delete(_folder, true);
    }
}
