using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.Tests.SageMaker;

/// <summary>The whole emulator over an engine in a folder of its own. The worker is a program that does nothing: jobs fail at once.</summary>
public sealed class EmulatorFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-sagemaker-").FullName;
    private readonly ServiceProvider _services;

    public EmulatorFixture()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddHttpClient();
        services.AddIsobarEngine(new EngineOptions { DataDirectory = _folder, WorkerCommand = ["true"] });
        services.AddAwsEmulator();
        _services = services.BuildServiceProvider();
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public async Task PutObjectAsync(string bucket, string key, string text)
    {
        var objects = Get<IObjectStore>();
        await objects.CreateBucketAsync(new BucketName("aws", bucket));
        Assert.True((await objects.PutAsync(new BucketName("aws", bucket), key, new MemoryStream(Encoding.UTF8.GetBytes(text)))).IsOk);
    }

    /// <summary>Calls an operation and gives the reply; asserts that it succeeded.</summary>
    public async Task<JsonNode> CallAsync(string operation, string json)
    {
        var (status, body) = await SendAsync(operation, json);
        Assert.True(status == 200, $"{operation}: {body}");
        return body ?? new JsonObject();
    }

    /// <summary>Calls an operation that must be refused, and gives the code and the message.</summary>
    public async Task<(string Code, string Message)> RefusedAsync(string operation, string json)
    {
        var (status, body) = await SendAsync(operation, json);
        Assert.True(status == 400, $"{operation}: {status} {body}");
        return ((string)body!["__type"]!, (string?)body["message"] ?? (string)body["Message"]!);
    }

    private async Task<(int Status, JsonNode? Body)> SendAsync(string operation, string json)
    {
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path) = ("POST", "/");
        http.Request.ContentType = "application/x-amz-json-1.1";
        http.Request.Headers["X-Amz-Target"] = "SageMaker." + operation;
        http.Request.Headers.Authorization = "AWS4-HMAC-SHA256 Credential=test/20261123/eu-west-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
        using var reply = new MemoryStream();
        http.Response.Body = reply;
        await Get<AwsEmulator>().HandleAsync(http);
        return (http.Response.StatusCode, reply.Length == 0 ? null : JsonNode.Parse(reply.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        // A job that a test created runs on its own; its folder can be deleted once it has ended.
        var jobs = Get<ITrainingJobs>();
        foreach (var job in await jobs.ListAsync()) await jobs.WaitAsync(job.Spec.Id);
        await _services.DisposeAsync();
        Directory.Delete(_folder, true);
    }
}
