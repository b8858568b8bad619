using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Bench.Harness;
using Isobar.Engine.Algorithms;

namespace Isobar.Bench.Training;

/// <summary>What a training job adds to the trainer itself: the whole job over the protocol, less the same request in this process. 80,000 flights, 100 rounds. Also the start to ready and the memory at rest.</summary>
internal static class TrainingBench
{
    public static async Task RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-training-").FullName;
        var start = Stopwatch.StartNew();
        await using var server = await ServerUnderTest.IsobarAsync();
        var ready = start.Elapsed.TotalSeconds;
        await Task.Delay(3000);
        var memory = server.MemoryMb;
        using var sageMaker = new SageMaker(server);
        var data = Encoding.ASCII.GetBytes(string.Join('\n', Flights.Rows().Take(80_000)));
        Directory.CreateDirectory(Path.Combine(folder, "in", "train"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "in", "train", "flights.csv"), data);
        await sageMaker.MakeBucketAsync();
        await sageMaker.PutAsync("train/flights.csv", data);

        List<double> jobs = [], plain = [];
        for (var round = 0; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            var request = new TrainingRequest { Algorithm = "boosted-trees", Task = LearningTask.Binary, Layout = new DataLayout { Format = DataFormat.Csv, Label = "0" } };
            if (!(await Trainer.TrainAsync(request, new TrainingFolders(Path.Combine(folder, "in"), Path.Combine(folder, "out"), null), new Silent())).TryGet(out _, out var error)) throw new InvalidOperationException(error.Message);
            var alone = watch.Elapsed.TotalSeconds;
            var (_, seconds) = await sageMaker.TrainAsync($"round-{round}", "isobar/boosted-trees", "text/csv; header=absent", new JsonObject { ["task"] = "binary", ["label"] = "0" });
            // The first of each warms up.
            if (round == 0) continue;
            plain.Add(alone);
            jobs.Add(seconds);
        }
        Console.WriteLine($"start to ready {ready:n2} s, memory at rest {memory} MB");
        Console.WriteLine($"training, {rounds} rounds, medians: the trainer alone {Measured.Median(plain):n2} s, the job {Measured.Median(jobs):n2} s, overhead {Measured.Median(jobs.Zip(plain, (j, p) => j - p)):n2} s");
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Silent : ITrainingProgress
    {
        public void Metric(string name, double value, int? step) { }
        public void Log(string line) { }
    }
}
