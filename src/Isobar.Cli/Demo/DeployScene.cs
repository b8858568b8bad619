using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Demo;

/// <summary>Registers what was trained and puts two models behind one endpoint, whose traffic is captured where the cloud offers that.</summary>
internal sealed class DeployScene(DemoSet set)
{
    private static readonly (string Name, string Algorithm)[] Models = [(DemoSet.Trees, "boosted-trees"), (DemoSet.Linear, "logistic"), (DemoSet.Late, "boosted-trees")];

    public async Task<Error?> RunAsync(CancellationToken ct)
    {
        if (!(await set.EachAsync(cloud => DeployAsync(cloud, ct))).TryGet(out var rows, out var error)) return error;
        set.Stage.Table("endpoints", ["Cloud", "Endpoint", "State", "Model of the first variant"], rows);
        set.Stage.Say("all traffic goes to the variant trees");
        return null;
    }

    private async Task<Result<string[]>> DeployAsync(ICloud cloud, CancellationToken ct)
    {
        var artifact = "";
        foreach (var (name, algorithm) in Models)
        {
            if (!(await cloud.Training.GetAsync(name, ct)).TryGet(out var run, out var unread)) return unread;
            if ((await cloud.Models.RegisterAsync(new(name, run.Model!) { Algorithm = algorithm }, ct)).Error is { } refused) return refused;
            if (name == DemoSet.Trees) artifact = run.Model!.Key;
        }
        var order = new EndpointOrder(DemoSet.Endpoint, [new("trees", DemoSet.Trees), new("linear", DemoSet.Linear, 0)]);
        var deployed = await cloud.Serving.DeployAsync(order with { CaptureTo = new(DemoSet.Bucket, "captured") }, ct);
        if (deployed.Error is { Code: ErrorCode.Unimplemented }) deployed = await cloud.Serving.DeployAsync(order, ct);
        if (deployed.Error is { } error) return error;
        return (await Watching.UntilInServiceAsync(cloud, DemoSet.Endpoint, set.Time, ct)).Map<string[]>(e => [cloud.Name, e.Name, e.State.ToString(), artifact]);
    }
}
