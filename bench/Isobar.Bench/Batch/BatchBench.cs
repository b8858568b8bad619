using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Bench.Harness;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Bench.Batch;

/// <summary>A transform job over a million CSV rows, from its creation to its completion, beside a plain loop in this process that reads the same file, runs the same graph and writes the same scores.</summary>
internal static class BatchBench
{
    private const int Rows = 1_000_000;

    public static async Task RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-batch-").FullName;
        await using var server = await ServerUnderTest.IsobarAsync();
        using var sageMaker = new SageMaker(server);
        var rows = Flights.Rows();
        await sageMaker.MakeBucketAsync();
        await sageMaker.PutAsync("train/flights.csv", Encoding.ASCII.GetBytes(string.Join('\n', rows)));
        var (artifact, _) = await sageMaker.TrainAsync("bench", SageMaker.XgBoost, "text/csv", new JsonObject { ["objective"] = "binary:logistic", ["num_round"] = "100", ["max_depth"] = "5", ["eta"] = "0.1" });
        await sageMaker.ModelAsync("bench", SageMaker.XgBoost, artifact);
        var model = await sageMaker.UnpackAsync(artifact, folder);
        var questions = Flights.Questions(rows, Rows);
        var input = Path.Combine(folder, "questions.csv");
        await File.WriteAllBytesAsync(input, questions);
        await sageMaker.PutAsync("questions/q.csv", questions);
        await sageMaker.TransformAsync("warm", "bench", "questions/");
        Loop(model, input, Path.Combine(folder, "answers"));
        await CompareAsync(sageMaker, Path.Combine(folder, "answers"));

        List<double> ours = [], loop = [];
        for (var round = 0; round < rounds; round++)
        {
            loop.Add(Loop(model, input, Path.Combine(folder, "answers")));
            ours.Add(await sageMaker.TransformAsync($"round-{round}", "bench", "questions/"));
        }
        Console.WriteLine($"{Rows:n0} rows ({questions.Length / 1e6:n0} MB), {rounds} rounds, medians");
        Console.WriteLine($"loop in the process {Measured.Median(loop),8:n2} s {Rows / Measured.Median(loop),12:n0} rows/s");
        Console.WriteLine($"transform job       {Measured.Median(ours),8:n2} s {Rows / Measured.Median(ours),12:n0} rows/s");
        Console.WriteLine($"ratio               {Measured.Median(loop.Zip(ours, (l, o) => l / o)),8:n2}");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task CompareAsync(SageMaker sageMaker, string answers)
    {
        var ours = Encoding.ASCII.GetString(await sageMaker.GetAsync("out/warm/q.csv.out")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var theirs = await File.ReadAllLinesAsync(answers);
        if (ours.Length != theirs.Length) throw new InvalidDataException($"{ours.Length} answers, not {theirs.Length}.");
        for (var i = 0; i < ours.Length; i++)
            if (Math.Abs(float.Parse(ours[i]) - float.Parse(theirs[i])) > 1e-5) throw new InvalidDataException($"Row {i + 1}: {ours[i]}, not {theirs[i]}.");
    }

    private static double Loop(string model, string input, string output)
    {
        var watch = Stopwatch.StartNew();
        using var session = new InferenceSession(model);
        using var run = new RunOptions();
        using var answers = new StreamWriter(output);
        const int batch = 8192, columns = 5;
        var values = new float[batch * columns];
        var rows = 0;
        foreach (var line in File.ReadLines(input))
        {
            Parse(line, values.AsSpan(rows * columns, columns));
            if (++rows < batch) continue;
            Answer(rows);
            rows = 0;
        }
        if (rows > 0) Answer(rows);
        answers.Flush();
        return watch.Elapsed.TotalSeconds;

        void Answer(int count)
        {
            using var tensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(0, count * columns), [count, columns]);
            using var results = session.Run(run, ["features"], [tensor], ["probabilities"]);
            var scores = results[0].GetTensorDataAsSpan<float>();
            for (var r = 0; r < count; r++) answers.WriteLine(scores[r * 2 + 1]);
        }
    }

    private static void Parse(string line, Span<float> into)
    {
        var at = 0;
        foreach (var range in line.AsSpan().Split(','))
            into[at++] = line.AsSpan(range) is { Length: > 0 } cell ? float.Parse(cell) : float.NaN;
    }
}
