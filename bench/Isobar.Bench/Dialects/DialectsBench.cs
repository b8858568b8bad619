using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Bench.Harness;
using Isobar.Bench.Invoke;

namespace Isobar.Bench.Dialects;

/// <summary>
/// One model of 100 trees behind an endpoint of each cloud in one server: predict through Vertex AI's REST and gRPC and through Azure's scoring address
/// beside InvokeEndpoint, 32 callers, one row of five numbers. What is compared takes turns within a round; medians of the rounds' ratios.
/// wrk drives what speaks HTTP/1.1; the framework's client drives gRPC, and InvokeEndpoint once more, so that the loader's cost is on both sides.
/// </summary>
internal static class DialectsBench
{
    private const int Callers = 32, Shared = 8, Seconds = 4;

    private sealed record Path(string Name, string Url, byte[] Body, string ContentType, string? Key, bool Wrk, bool Grpc, int PerConnection = 1);

    public static async Task RunAsync(int rounds)
    {
        await using var server = await ServerUnderTest.IsobarAsync();
        await using var empty = await ServerUnderTest.OwnAsync("empty", "empty-server");
        using var sageMaker = new SageMaker(server);
        using var deployments = new Deployments(server);
        var rows = Flights.Rows();
        await sageMaker.MakeBucketAsync();
        await sageMaker.PutAsync("train/flights.csv", Encoding.ASCII.GetBytes(string.Join('\n', rows)));
        var (artifact, _) = await sageMaker.TrainAsync("bench", SageMaker.XgBoost, "text/csv", new JsonObject { ["objective"] = "binary:logistic", ["num_round"] = "100", ["max_depth"] = "5", ["eta"] = "0.1" });
        await sageMaker.ModelAsync("bench", SageMaker.XgBoost, artifact);
        await sageMaker.DeployAsync("bench", "bench");
        // XGBoost's image takes no JSON; the engine's own serves the same artifact and does.
        await sageMaker.ModelAsync("bench-json", "isobar/boosted-trees", artifact);
        await sageMaker.DeployAsync("bench-json", "bench-json");
        var packed = await sageMaker.GetAsync(artifact["s3://bench/".Length..]);
        var endpoint = await deployments.VertexAsync(packed);
        var (score, key) = await deployments.AzureAsync(packed);

        var row = rows[4242][2..];
        byte[] csv = Encoding.ASCII.GetBytes(row), instances = Encoding.ASCII.GetBytes($$"""{"instances":[[{{row}}]]}"""), data = Encoding.ASCII.GetBytes($$"""{"input_data":[[{{row}}]]}""");
        var frame = PredictFrame.Of(endpoint, [.. row.Split(',').Select(c => double.Parse(c, CultureInfo.InvariantCulture))]);
        string invoke = server.Url + "/endpoints/bench/invocations", json = server.Url + "/endpoints/bench-json/invocations";
        Path[] paths =
        [
            new("InvokeEndpoint, CSV", invoke, csv, "text/csv", null, true, false),
            new("InvokeEndpoint, JSON", json, instances, "application/json", null, true, false),
            new("Vertex REST predict", $"{server.Google}/v1/{endpoint}:predict", instances, "application/json", null, true, false),
            new("Azure scoring", server.Azure + score, data, "application/json", key, true, false),
            new("InvokeEndpoint, CSV (C#)", invoke, csv, "text/csv", null, false, false),
            new("InvokeEndpoint, JSON (C#)", json, instances, "application/json", null, false, false),
            new("Vertex gRPC predict (C#)", server.Google + "/google.cloud.aiplatform.v1.PredictionService/Predict", frame, "application/grpc", null, false, true),
            // As gRPC's own clients do it: a channel is one connection for many calls.
            new($"the same, {Callers / Shared} channels (C#)", server.Google + "/google.cloud.aiplatform.v1.PredictionService/Predict", frame, "application/grpc", null, false, true, Shared),
            // What the two protocols cost this loader and Kestrel alone.
            new("empty HTTP/1.1 (C#)", empty.Url.Split(' ')[0], csv, "text/csv", null, false, false),
            new("empty HTTP/2 (C#)", empty.Url.Split(' ')[1], frame, "application/grpc", null, false, true),
            new($"the same, {Callers / Shared} channels (C#)", empty.Url.Split(' ')[1], frame, "application/grpc", null, false, true, Shared),
        ];
        var ofNothing = paths.Where(p => p.Url == empty.Url.Split(' ')[0] || p.Url == empty.Url.Split(' ')[1]).ToHashSet();
        await ShowAsync(paths.Where(p => !ofNothing.Contains(p)), key);
        foreach (var path in paths) await MeasureAsync(path, 3);

        var results = paths.ToDictionary(p => p, _ => new List<Measured>());
        for (var round = 0; round < rounds; round++)
            foreach (var path in paths.Skip(round % paths.Length).Concat(paths.Take(round % paths.Length)))
                results[path].Add(await MeasureAsync(path, Seconds));
        Console.WriteLine($"{Callers} callers, {rounds} rounds of {Seconds} s, medians; beside InvokeEndpoint by the same loader");
        Console.WriteLine($"{"",-28}{"requests/s",14}{"p50 ms",10}{"p99 ms",10}{"of its CSV",12}{"of its JSON",12}");
        foreach (var path in paths)
        {
            var m = results[path];
            string Ratio(int of) => $"{Measured.Median(m.Zip(results[path.Wrk ? paths[of] : ofNothing.Contains(path) ? paths[^3] : paths[of + 4]], (a, b) => a.PerSecond / b.PerSecond)):n2}";
            Console.WriteLine($"{path.Name,-28}{Measured.Median(m.Select(x => x.PerSecond)),14:n0}{Measured.Median(m.Select(x => x.P50Ms)),10:n3}{Measured.Median(m.Select(x => x.P99Ms)),10:n3}{Ratio(0),12}{Ratio(1),12}");
        }
        Console.WriteLine($"memory: {server.MemoryMb} MB");
    }

    private static Task<Measured> MeasureAsync(Path path, int seconds) => path.Wrk
        ? Wrk.RunAsync(path.Url, Encoding.ASCII.GetString(path.Body), Callers, seconds, path.Key, path.ContentType)
        : Load.RunAsync(path.Url, path.Body, path.ContentType, path.Grpc, Callers, path.PerConnection, TimeSpan.FromSeconds(seconds));

    /// <summary>Prints what each path answers, after making sure that all speak of the same probability.</summary>
    private static async Task ShowAsync(IEnumerable<Path> paths, string key)
    {
        using var http = new HttpClient();
        var probabilities = new List<double>();
        foreach (var path in paths.DistinctBy(p => (p.Url, p.ContentType)))
        {
            http.DefaultRequestHeaders.Authorization = path.Key is null ? null : new("Bearer", key);
            var answer = await Load.AskAsync(http, path.Url, path.Body, path.ContentType, path.Grpc);
            var text = path.Grpc ? PredictFrame.Read(answer).ToString() : Encoding.UTF8.GetString(answer);
            Console.WriteLine($"{path.Name}: {text}");
            // Azure's scoring answers with the class, as a script around predict() would.
            if (!text.Contains('.'))
            {
                if (Numbers(text).Single() != (probabilities[0] > 0.5 ? 1 : 0)) throw new InvalidDataException($"{path.Name} says another class.");
                continue;
            }
            probabilities.Add(Numbers(text).First(n => n is > 0 and < 1));
        }
        // Those that list both classes begin with the other one.
        if (probabilities.Exists(p => Math.Abs(p - probabilities[0]) > 1e-5 && Math.Abs(1 - p - probabilities[0]) > 1e-5)) throw new InvalidDataException($"The paths disagree: {string.Join(", ", probabilities)}.");
    }

    private static IEnumerable<double> Numbers(string text) =>
        System.Text.RegularExpressions.Regex.Matches(text, @"-?\d+(\.\d+)?([eE][-+]?\d+)?").Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture));
}
