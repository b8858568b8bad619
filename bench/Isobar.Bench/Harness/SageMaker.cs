using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Isobar.Bench.Harness;

/// <summary>SageMaker and S3 of a server, spoken to plainly: unsigned, one call a method.</summary>
internal sealed class SageMaker(ServerUnderTest server) : IDisposable
{
    public const string XgBoost = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1";
    private const string Role = "arn:aws:iam::000000000000:role/bench";
    private readonly HttpClient _http = new() { BaseAddress = new Uri(server.Url), Timeout = TimeSpan.FromMinutes(10) };

    public async Task PutAsync(string key, byte[] content) => (await _http.PutAsync("/bench/" + key, new ByteArrayContent(content))).EnsureSuccessStatusCode();

    public async Task MakeBucketAsync() => (await _http.PutAsync("/bench", null)).EnsureSuccessStatusCode();

    public Task<byte[]> GetAsync(string key) => _http.GetByteArrayAsync("/bench/" + key);

    /// <summary>Trains from the key <c>train/</c> and waits; returns the artifact's URI and the whole time in seconds.</summary>
    public async Task<(string Artifact, double Seconds)> TrainAsync(string name, string image, string contentType, JsonObject hyperParameters)
    {
        var watch = Stopwatch.StartNew();
        await CallAsync("CreateTrainingJob", new JsonObject
        {
            ["TrainingJobName"] = name,
            ["RoleArn"] = Role,
            ["AlgorithmSpecification"] = new JsonObject { ["TrainingImage"] = image, ["TrainingInputMode"] = "File" },
            ["HyperParameters"] = hyperParameters,
            ["InputDataConfig"] = new JsonArray(new JsonObject { ["ChannelName"] = "train", ["ContentType"] = contentType, ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = "s3://bench/train/" } } }),
            ["OutputDataConfig"] = new JsonObject { ["S3OutputPath"] = "s3://bench/models" },
            ["ResourceConfig"] = new JsonObject { ["InstanceType"] = "ml.m5.large", ["InstanceCount"] = 1, ["VolumeSizeInGB"] = 5 },
            ["StoppingCondition"] = new JsonObject { ["MaxRuntimeInSeconds"] = 3600 },
        });
        var job = await WaitAsync("DescribeTrainingJob", "TrainingJobName", name, "TrainingJobStatus", "Completed");
        return (job["ModelArtifacts"]!["S3ModelArtifacts"]!.GetValue<string>(), watch.Elapsed.TotalSeconds);
    }

    public Task ModelAsync(string name, string image, string artifact) => CallAsync("CreateModel", new JsonObject
    {
        ["ModelName"] = name,
        ["ExecutionRoleArn"] = Role,
        ["PrimaryContainer"] = new JsonObject { ["Image"] = image, ["ModelDataUrl"] = artifact },
    });

    public async Task DeployAsync(string name, string model)
    {
        await CallAsync("CreateEndpointConfig", new JsonObject
        {
            ["EndpointConfigName"] = name,
            ["ProductionVariants"] = new JsonArray(new JsonObject { ["VariantName"] = "AllTraffic", ["ModelName"] = model, ["InitialInstanceCount"] = 1, ["InstanceType"] = "ml.m5.large" }),
        });
        await CallAsync("CreateEndpoint", new JsonObject { ["EndpointName"] = name, ["EndpointConfigName"] = name });
        await WaitAsync("DescribeEndpoint", "EndpointName", name, "EndpointStatus", "InService");
    }

    /// <summary>Transforms the object and waits; returns the whole time in seconds.</summary>
    public async Task<double> TransformAsync(string name, string model, string key)
    {
        var watch = Stopwatch.StartNew();
        await CallAsync("CreateTransformJob", new JsonObject
        {
            ["TransformJobName"] = name,
            ["ModelName"] = model,
            ["BatchStrategy"] = "MultiRecord",
            ["TransformInput"] = new JsonObject { ["ContentType"] = "text/csv", ["SplitType"] = "Line", ["DataSource"] = new JsonObject { ["S3DataSource"] = new JsonObject { ["S3DataType"] = "S3Prefix", ["S3Uri"] = $"s3://bench/{key}" } } },
            ["TransformOutput"] = new JsonObject { ["S3OutputPath"] = "s3://bench/out/" + name, ["AssembleWith"] = "Line" },
            ["TransformResources"] = new JsonObject { ["InstanceType"] = "ml.m5.large", ["InstanceCount"] = 1 },
        });
        await WaitAsync("DescribeTransformJob", "TransformJobName", name, "TransformJobStatus", "Completed");
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Unpacks <c>model.onnx</c> of an artifact into the folder; returns its path.</summary>
    public async Task<string> UnpackAsync(string artifact, string folder)
    {
        await using var packed = new GZipStream(new MemoryStream(await GetAsync(artifact["s3://bench/".Length..])), CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(packed, folder, overwriteFiles: true);
        return Path.Combine(folder, "model.onnx");
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> WaitAsync(string operation, string key, string name, string status, string wanted)
    {
        while (true)
        {
            var answer = await CallAsync(operation, new JsonObject { [key] = name });
            var state = answer[status]!.GetValue<string>();
            if (state == wanted) return answer;
            if (state is "Failed" or "Stopped") throw new InvalidOperationException($"{name}: {answer["FailureReason"]}");
            await Task.Delay(20);
        }
    }

    private async Task<JsonNode> CallAsync(string operation, JsonObject body)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        content.Headers.Add("X-Amz-Target", "SageMaker." + operation);
        using var answer = await _http.PostAsync("/", content);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text.Length == 0 ? "{}" : text)! : throw new InvalidOperationException($"{operation}: {text}");
    }
}
