using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Faults;

/// <summary>What the tests of faults do over and over.</summary>
internal static class Lab
{
    public const string Bucket = "faults";
    // A loaded machine may take three times as long as one at rest.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    public static async Task UploadAsync(ICloud cloud, string key, byte[] content)
    {
        Ok(await cloud.Objects.EnsureBucketAsync(Bucket));
        Ok(await cloud.Objects.PutAsync(new(Bucket, key), new MemoryStream(content)));
    }

    public static Task UploadPenguinsAsync(ICloud cloud) => UploadAsync(cloud, "train/penguins.csv", File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "penguins.csv")));

    public static TrainingOrder Order(string name, params (string, string)[] values) => new()
    {
        Name = name,
        Algorithm = "boosted-trees",
        Task = "multiclass",
        Label = "species",
        HyperParameters = values.ToDictionary(v => v.Item1, v => v.Item2),
        Channels = new Dictionary<string, DataLocation> { ["train"] = new(Bucket, "train/") },
        Output = new(Bucket, "models"),
    };

    /// <summary>A request in SageMaker's own words; gives the reply, or fails with it.</summary>
    public static async Task<JsonObject> SageMakerAsync(string url, string operation, JsonObject request)
    {
        using var http = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.ToJsonString())) };
        message.Headers.Add("X-Amz-Target", $"SageMaker.{operation}");
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        using var reply = await http.SendAsync(message);
        var text = await reply.Content.ReadAsStringAsync();
        if (!reply.IsSuccessStatusCode) Assert.Fail($"{operation}: {(int)reply.StatusCode} {text}");
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>A job that runs a shell's script as the user's own container would.</summary>
    public static Task<JsonObject> ScriptAsync(string url, string name, string script) => SageMakerAsync(url, "CreateTrainingJob", new JsonObject
    {
        ["TrainingJobName"] = name,
        ["AlgorithmSpecification"] = new JsonObject { ["TrainingImage"] = "example.com/own:1", ["TrainingInputMode"] = "File", ["ContainerEntrypoint"] = new JsonArray("sh", "-c", script) },
        ["RoleArn"] = "arn:aws:iam::000000000000:role/faults",
        ["OutputDataConfig"] = new JsonObject { ["S3OutputPath"] = $"s3://{Bucket}/models" },
        ["ResourceConfig"] = new JsonObject { ["InstanceType"] = "ml.m5.large", ["InstanceCount"] = 1, ["VolumeSizeInGB"] = 5 },
        ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 600 },
    });

    public static async Task<TrainingRun> FinalAsync(ICloud cloud, string job) => await UntilAsync(() => cloud.Training.GetAsync(job), r => r.IsFinal);

    public static async Task<DeployedEndpoint> SettledAsync(ICloud cloud, string endpoint) =>
        await UntilAsync(() => cloud.Serving.GetAsync(endpoint), e => e.State is DeploymentState.InService or DeploymentState.Failed);

    /// <summary>Registers an artifact and deploys it alone.</summary>
    public static async Task<DeployedEndpoint> DeployAsync(ICloud cloud, string name, DataLocation artifact, string? algorithm)
    {
        Ok(await cloud.Models.RegisterAsync(new(name, artifact) { Algorithm = algorithm }));
        Ok(await cloud.Serving.DeployAsync(new(name, [new("all", name)])));
        return await SettledAsync(cloud, name);
    }

    public static async Task<string> PredictAsync(ICloud cloud, string endpoint, string row) =>
        Encoding.UTF8.GetString(Ok(await cloud.Serving.PredictAsync(endpoint, new(Encoding.UTF8.GetBytes(row)) { Accept = "text/csv" })).Body.Span);

    public static async Task<string> TextAsync(ICloud cloud, string key)
    {
        await using var stream = Ok(await cloud.Objects.GetAsync(new(Bucket, key)));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    public static T Ok<T>(Result<T> result)
    {
        Assert.True(result.IsOk, result.Error?.ToString());
        return result.Value;
    }

    public static async Task<T> UntilAsync<T>(Func<Task<Result<T>>> ask, Func<T, bool> done)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var value = Ok(await ask());
            if (done(value)) return value;
            if (watch.Elapsed > Limit) Assert.Fail($"Still {value} after {Limit}.");
            await Task.Delay(50);
        }
    }

    public static async Task UntilAsync(Func<bool> done, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!done())
        {
            if (watch.Elapsed > Limit) Assert.Fail($"{what}: not within {Limit}.");
            await Task.Delay(50);
        }
    }

    /// <summary>The processes whose command line names this text.</summary>
    public static IReadOnlyList<int> Processes(string text) => [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => int.TryParse(n, out _)).Select(n => int.Parse(n!, System.Globalization.CultureInfo.InvariantCulture)).Where(id =>
    {
        try { return File.ReadAllText($"/proc/{id}/cmdline").Contains(text, StringComparison.Ordinal); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return false; }
    })];
}
