using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Isobar.Engine;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Isobar.Engine.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Bench.Serving;

/// <summary>One CSV row through the engine, beside the least that any program must do around the same graph: parse, run, format.</summary>
internal static class InvokeInProc
{
    private const int Features = 10;
    private static readonly byte[] Row = Encoding.UTF8.GetBytes(string.Join(',', Enumerable.Range(1, Features).Select(i => (i * 1.37).ToString(CultureInfo.InvariantCulture))));

    public static async Task RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-").FullName;
        await using var services = new ServiceCollection().AddLogging().AddHttpClient().AddIsobarEngine(new EngineOptions { DataDirectory = folder }).BuildServiceProvider();
        foreach (var hosted in services.GetServices<IHostedService>()) await hosted.StartAsync(default);
        var graph = new GraphBuilder("linear");
        graph.Output(graph.Add("MatMul", [graph.Input("features", TensorProto.Types.DataType.Float, Features), graph.Floats(new float[Features], Features, 1)]), "score", TensorProto.Types.DataType.Float, 1);
        var bucket = new BucketName("aws", "b");
        var objects = services.GetRequiredService<IObjectStore>();
        await objects.CreateBucketAsync(bucket);
        await objects.PutAsync(bucket, "m.onnx", new MemoryStream(graph.ToBytes()));
        var endpoints = services.GetRequiredService<IEndpoints>();
        await endpoints.CreateAsync(new EndpointSpec { Id = "e", Owner = "aws", Name = "e", Variants = [new VariantSpec { Name = "a", Model = new ModelSpec { Name = "m", Program = new OnnxProgram(), Artifact = new(bucket, "m.onnx") } }] });
        await endpoints.WaitAsync("e");
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(graph.ToBytes(), options);
        var ratios = new List<double>();
        foreach (var threads in new[] { 1, 2 })
        {
            Console.WriteLine($"{threads} thread(s)");
            ratios.Clear();
            for (var round = 0; round < rounds; round++)
            {
                var bare = Measure(threads, () => Bare(session));
                var ours = Measure(threads, () => Ours(endpoints));
                ratios.Add(ours.PerSecond / bare.PerSecond);
                Console.WriteLine($"  bare {bare.PerSecond,10:0}/s {bare.Bytes,6:0} B   engine {ours.PerSecond,10:0}/s {ours.Bytes,6:0} B   ratio {ratios[^1]:0.000}");
            }
            ratios.Sort();
            Console.WriteLine($"  median ratio {ratios[ratios.Count / 2]:0.000}");
        }
    }

    private static (double PerSecond, double Bytes) Measure(int threads, Action call)
    {
        const int Warm = 20_000, Count = 200_000;
        for (var i = 0; i < Warm; i++) call();
        var bytes = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() => { for (var i = 0; i < Count; i++) call(); })).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        return ((double)Count * threads / watch.Elapsed.TotalSeconds, (double)(GC.GetTotalAllocatedBytes() - bytes) / Count / threads);
    }

    private static void Bare(InferenceSession session)
    {
        var values = new float[Features];
        ReadOnlySpan<byte> rest = Row;
        for (var i = 0; i < Features; i++)
        {
            var end = rest.IndexOf((byte)',');
            values[i] = float.Parse(end < 0 ? rest : rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture);
            if (end >= 0) rest = rest[(end + 1)..];
        }
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, Features]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["features"], [input], ["score"]);
        _ = Encoding.UTF8.GetBytes(outputs[0].GetTensorDataAsSpan<float>()[0].ToString(CultureInfo.InvariantCulture));
    }

    private static void Ours(IEndpoints endpoints)
    {
        var pending = endpoints.InvokeAsync("e", new Invocation { Body = Row, ContentType = "text/csv", Accept = "text/csv" });
        using var reply = pending.IsCompletedSuccessfully ? pending.Result : pending.AsTask().Result;
        if (reply.Error is not null) throw new InvalidOperationException(reply.Error.ToString());
    }
}
