using Isobar.Bench.Batch;
using Isobar.Bench.Blobs;
using Isobar.Bench.Dialects;
using Isobar.Bench.Gateway;
using Isobar.Bench.Invoke;
using Isobar.Bench.Placement;
using Isobar.Bench.S3;
using Isobar.Bench.Training;
using Isobar.Bench.Serving;

// dotnet run -c Release --project bench/Isobar.Bench -- NAME [rounds]
var benches = new Dictionary<string, Func<int, Task>>
{
    ["s3"] = S3Bench.RunAsync,
    ["invoke"] = InvokeBench.RunAsync,
    ["dialects"] = DialectsBench.RunAsync,
    ["blobs"] = BlobsBench.RunAsync,
    ["batch"] = BatchBench.RunAsync,
    ["training"] = TrainingBench.RunAsync,
    ["gateway"] = GatewayBench.RunAsync,
    ["failures"] = FailuresBench.RunAsync,
    ["placement"] = PlacementBench.RunAsync,
    ["invoke-inproc"] = InvokeInProc.RunAsync,
};
if (args is ["bare-server", var model])
{
    await BareServer.RunAsync(model);
    return 0;
}
if (args is ["empty-server"])
{
    await EmptyServer.RunAsync();
    return 0;
}
if (args is ["upstream", var ports])
{
    await Upstream.RunAsync(int.Parse(ports));
    return 0;
}
if (args is ["bare-yarp", .. var behind])
{
    await BareYarp.RunAsync(behind);
    return 0;
}
if (args.Length == 0 || !benches.TryGetValue(args[0], out var bench))
{
    Console.Error.WriteLine($"Usage: Isobar.Bench {string.Join('|', benches.Keys)} [rounds]");
    return 64;
}
await bench(args.Length > 1 ? int.Parse(args[1]) : 5);
return 0;
