using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>One stop of a tour.</summary>
internal sealed record DemoStep(string Title, Func<CancellationToken, Task<Error?>> RunAsync);

/// <summary>
/// The main job on one cloud, told only in the vocabulary of all clouds: 1. data; 2. training; 3. registering and deploying;
/// 4. predicting; 5. a batch; 6. shifting traffic; 7. drift. Another cloud joins by an <see cref="ICloud"/> of its own.
/// </summary>
internal sealed class DemoTour(ICloud cloud, IDemoStage stage, TimeProvider time)
{
    private const string Bucket = "isobar-demo", Endpoint = "penguins", Trees = "penguins-trees", Linear = "penguins-linear", Late = "flights-trees";
    private const int FlightRows = 50_000;
    private readonly DemoTable _penguins = DemoData.Penguins();
    private readonly DemoTable _flights = DemoData.Flights(FlightRows);

    public IReadOnlyList<DemoStep> Steps =>
    [
        new("Upload two real data sets", UploadAsync),
        new("Train three models through the SageMaker protocol", TrainAsync),
        new("Register the models and deploy two of them behind one endpoint", DeployAsync),
        new("Predict penguins that no model has seen", PredictAsync),
        new($"Predict {_flights.Test.Count} flights in a batch job", BatchAsync),
        new("Shift the traffic to the second model", ShiftAsync),
        new("Detect drift: somebody sends pounds and inches", DriftAsync),
    ];

    // 1.
    private async Task<Error?> UploadAsync(CancellationToken ct)
    {
        if ((await cloud.Objects.EnsureBucketAsync(Bucket, ct)).Error is { } error) return error;
        foreach (var (name, table) in new[] { ("penguins", _penguins), ("flights", _flights) })
        {
            foreach (var (channel, text) in new[] { ("train", table.TrainCsv), ("validation", table.ValidationCsv) })
                if ((await cloud.Objects.PutAsync(new(Bucket, $"{name}/{channel}/{name}.csv"), new MemoryStream(Encoding.UTF8.GetBytes(text)), "text/csv", ct)).Error is { } failed) return failed;
        }
        stage.Say($"to s3://{Bucket}/penguins/ and /flights/; no training job sees the test rows");
        stage.Table("data", ["Data set", "Training", "Validation", "Test", "Label"],
        [
            Row("Palmer penguins", _penguins, "species"),
            Row("US flights of 2001", _flights, "15 minutes late"),
        ]);
        return null;

        static string[] Row(string name, DemoTable table, string label) => [name, $"{table.Train.Count}", $"{table.Validation.Count}", $"{table.Test.Count}", label];
    }

    // 2.
    private async Task<Error?> TrainAsync(CancellationToken ct)
    {
        TrainingOrder[] orders =
        [
            Order(Trees, "boosted-trees", "multiclass", "penguins", "species", ("rounds", "60"), ("min_rows_in_leaf", "5"), ("early_stopping_rounds", "20")),
            Order(Linear, "logistic", "multiclass", "penguins", "species"),
            Order(Late, "boosted-trees", "binary", "flights", "late", ("rounds", "120"), ("metric", "auc"), ("early_stopping_rounds", "20")),
        ];
        foreach (var order in orders)
            if ((await cloud.Training.StartAsync(order, ct)).Error is { } refused) return refused;
        if (!(await Watching.UntilFinalAsync(cloud, [.. orders.Select(o => o.Name)], stage.Json, time, ct)).TryGet(out var runs, out var error)) return error;
        return runs.FirstOrDefault(r => r.State != RunState.Completed) is { } failed ? new Error(ErrorCode.FailedPrecondition, $"The job {failed.Name} ended as {failed.State}: {failed.Reason}") : null;
    }

    // 3.
    private async Task<Error?> DeployAsync(CancellationToken ct)
    {
        foreach (var (name, algorithm) in new[] { (Trees, "boosted-trees"), (Linear, "logistic"), (Late, "boosted-trees") })
        {
            if (!(await cloud.Training.GetAsync(name, ct)).TryGet(out var run, out var unread)) return unread;
            if ((await cloud.Models.RegisterAsync(new(name, run.Model!) { Algorithm = algorithm }, ct)).Error is { } refused) return refused;
            stage.Say($"{name}: s3://{run.Model}");
        }
        var order = new EndpointOrder(Endpoint, [new("trees", Trees), new("linear", Linear, 0)]) { CaptureTo = new(Bucket, "captured") };
        if ((await cloud.Serving.DeployAsync(order, ct)).Error is { } error) return error;
        if (!(await Watching.UntilInServiceAsync(cloud, Endpoint, time, ct)).TryGet(out var endpoint, out error)) return error;
        stage.Say($"endpoint {Endpoint}: {endpoint.State}, all traffic to the variant trees");
        stage.Say($"its requests and replies are captured in s3://{Bucket}/captured/");
        return null;
    }

    // 4.
    private async Task<Error?> PredictAsync(CancellationToken ct)
    {
        var known = _penguins.Test;
        if (!(await AskAsync(known, ct)).TryGet(out var answers, out var error)) return error;
        var rows = known.Zip(answers).Where((_, i) => i % 10 == 3).Take(7)
            .Select(p => (string[])[Cell(p.First, "bill_length_mm"), Cell(p.First, "flipper_length_mm"), Cell(p.First, "body_mass_g"), Cell(p.First, "sex"), p.First[_penguins.LabelColumn], p.Second, p.First[_penguins.LabelColumn] == p.Second ? "yes" : "NO"]).ToList();
        stage.Table("predictions", ["Bill mm", "Flipper mm", "Mass g", "Sex", "Truth", "Predicted", "Right"], rows);
        var right = known.Zip(answers).Count(p => p.First[_penguins.LabelColumn] == p.Second);
        var accuracy = (double)right / known.Count;
        stage.Figure("accuracy", accuracy, FormattableString.Invariant($"accuracy on {known.Count} test penguins: {accuracy:0.000} ({right} right)"));
        stage.Say("that is one split of a small table; docs/accuracy.md has the mean of five");
        return null;
    }

    // 5.
    private async Task<Error?> BatchAsync(CancellationToken ct) =>
        await new BatchScene(cloud, stage, time).RunAsync(Late, _flights, new(Bucket, "flights/test/flights.csv"), new(Bucket, "flights/predicted/"), ct);

    // 6.
    private async Task<Error?> ShiftAsync(CancellationToken ct)
    {
        if ((await cloud.Serving.SetWeightsAsync(Endpoint, new Dictionary<string, double> { ["trees"] = 0.25, ["linear"] = 0.75 }, ct)).Error is { } refused) return refused;
        if ((await Watching.UntilInServiceAsync(cloud, Endpoint, time, ct)).Error is { } unsettled) return unsettled;
        var seen = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var row in _penguins.All)
        {
            if (!(await cloud.Serving.PredictAsync(Endpoint, Body([row]), ct)).TryGet(out var reply, out var error)) return error;
            seen[reply.Variant ?? "?"] = seen.GetValueOrDefault(reply.Variant ?? "?") + 1;
        }
        stage.Say($"asked for 25 % trees and 75 % linear; {_penguins.All.Count} requests went to:");
        stage.Bars("variants", [.. seen.Select(s => (s.Key, s.Value))]);
        return null;
    }

    // 7.
    private async Task<Error?> DriftAsync(CancellationToken ct)
    {
        var drift = new DriftScene(cloud, stage, time, new(Bucket, "baseline"), new(Bucket, "reports"));
        return await drift.RunAsync(Endpoint, _penguins, rows => AskAsync(rows, ct), ct);
    }

    private async Task<Result<IReadOnlyList<string>>> AskAsync(IReadOnlyList<string[]> rows, CancellationToken ct) =>
        (await cloud.Serving.PredictAsync(Endpoint, Body(rows), ct))
        .Map<IReadOnlyList<string>>(r => [.. Encoding.UTF8.GetString(r.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')[0])]);

    private string Cell(string[] row, string column) => row[Array.IndexOf(_penguins.Header, column)] is { Length: > 0 } value ? value : "-";

    private PredictionRequest Body(IEnumerable<string[]> rows) => new(Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(r => string.Join(',', _penguins.FeaturesOf(r)))))) { Accept = "text/csv" };

    private static TrainingOrder Order(string name, string algorithm, string task, string data, string label, params (string Name, string Value)[] values) => new()
    {
        Name = name,
        Algorithm = algorithm,
        Task = task,
        Label = label,
        HyperParameters = values.ToDictionary(v => v.Name, v => v.Value),
        Channels = new Dictionary<string, DataLocation> { ["train"] = new(Bucket, $"{data}/train/"), ["validation"] = new(Bucket, $"{data}/validation/") },
        Output = new(Bucket, "models"),
    };
}
