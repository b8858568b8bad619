using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>Trains the same models in every cloud.</summary>
internal sealed class TrainScene(DemoSet set)
{
    public async Task<Error?> RunAsync(CancellationToken ct)
    {
        TrainingOrder[] orders =
        [
            Order(DemoSet.Trees, "boosted-trees", "multiclass", "penguins", "species", ("rounds", "60"), ("min_rows_in_leaf", "5"), ("early_stopping_rounds", "20")),
            Order(DemoSet.Linear, "logistic", "multiclass", "penguins", "species"),
            Order(DemoSet.Late, "boosted-trees", "binary", "flights", "late", ("rounds", "120"), ("metric", "auc"), ("early_stopping_rounds", "20")),
        ];
        if (!(await set.EachAsync(cloud => StartAsync(cloud, orders, ct))).TryGet(out _, out var error)) return error;
        IReadOnlyList<WatchedJob> jobs = [.. set.Clouds.SelectMany(c => orders.Select(o => new WatchedJob(c, o.Name)))];
        if (!(await Watching.UntilFinalAsync(jobs, set.Stage.Json, set.Time, ct)).TryGet(out var runs, out error)) return error;
        return runs.Zip(jobs).FirstOrDefault(p => p.First.State != RunState.Completed) is { First: { } failed, Second: { } job }
            ? new Error(ErrorCode.FailedPrecondition, $"{job.Cloud.Name}: the job {failed.Name} ended as {failed.State}: {failed.Reason}") : null;
    }

    private static async Task<Result<Done>> StartAsync(ICloud cloud, TrainingOrder[] orders, CancellationToken ct)
    {
        foreach (var order in orders)
            if ((await cloud.Training.StartAsync(order, ct)).Error is { } refused) return refused;
        return Done.Value;
    }

    private static TrainingOrder Order(string name, string algorithm, string task, string data, string label, params (string Name, string Value)[] values) => new()
    {
        Name = name,
        Algorithm = algorithm,
        Task = task,
        Label = label,
        HyperParameters = values.ToDictionary(v => v.Name, v => v.Value),
        Channels = new Dictionary<string, DataLocation> { ["train"] = new(DemoSet.Bucket, $"{data}/train/"), ["validation"] = new(DemoSet.Bucket, $"{data}/validation/") },
        Output = new(DemoSet.Bucket, "models"),
    };
}
