using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Azure.Tests;

/// <summary>What the emulator answered.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Message)
{
    public string? Code => (string?)Body?["error"]?["code"];
    public string? Target => (string?)Body?["error"]?["target"];
}

/// <summary>The Azure emulator over HTTP, on a folder of its own; it can be stopped and started anew over the same folder.</summary>
internal sealed class AzureEmulator : IAsyncDisposable
{
    public const string Subscription = "/subscriptions/12345678-1234-1234-1234-123456789abc", Group = Subscription + "/resourceGroups/group", Workspace = Group + "/providers/Microsoft.MachineLearningServices/workspaces/space";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-azure-").FullName;
    private readonly HttpClient _http = new();
    private WebApplication? _app;
    private Func<HttpContext, Task<bool>>? _before;

    public string Url => _app!.Urls.First();

    public IObjectStore Objects => _app!.Services.GetRequiredService<IObjectStore>();

    public T Get<T>() where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <param name="before">Sees each request first, and tells whether it has answered it.</param>
    public static async Task<AzureEmulator> StartAsync(bool withWorkspace = true, Func<HttpContext, Task<bool>>? before = null)
    {
        var emulator = new AzureEmulator { _before = before };
        await emulator.StartAgainAsync();
        if (!withWorkspace) return emulator;
        Assert.Equal(HttpStatusCode.Created, (await emulator.SendAsync("PUT", Group, """{"location":"eastus"}""")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await emulator.SendAsync("PUT", Workspace, """{"location":"eastus"}""")).Status);
        return emulator;
    }

    public async Task StartAgainAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddHttpClient();
        builder.Services.AddIsobarEngine(new EngineOptions { DataDirectory = _folder, StopGracePeriod = TimeSpan.FromSeconds(5) });
        builder.Services.AddAzureEmulator();
        _app = builder.Build();
        if (_before is { } before) _app.Use(next => async http =>
        {
            if (!await before(http)) await next(http);
        });
        _app.MapAzureEmulator();
        await _app.StartAsync();
    }

    /// <summary>Asks ARM; the api-version is added where the path has none.</summary>
    public async Task<Answer> SendAsync(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        if (!path.Contains("api-version", StringComparison.Ordinal)) path += (path.Contains('?') ? "&" : "?") + "api-version=2022-10-01";
        return await AskAsync(method, Url + path, body, headers);
    }

    public async Task<Answer> AskAsync(string method, string url, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        var reply = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(reply.StatusCode, text.Length > 0 && text[0] is '{' or '[' or '"' ? JsonNode.Parse(text) : null, reply);
    }

    /// <summary>Asks until the answer is as wanted.</summary>
    public async Task<Answer> UntilAsync(string path, Func<JsonNode, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var answer = await SendAsync("GET", path);
            if (answer.Body is { } body && wanted(body)) return answer;
            Assert.False(limit.IsCancellationRequested, $"{path} is still {answer.Body?.ToJsonString()}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Stores a blob in the workspace's own container.</summary>
    public async Task PutAsync(string key, string text)
    {
        var workspace = await SendAsync("GET", Workspace);
        var account = ((string)workspace.Body!["properties"]!["storageAccount"]!).Split('/')[^1];
        var bucket = new BucketName("azure", $"{account}.azureml-blobstore-{workspace.Body["properties"]!["workspaceId"]}");
        Assert.True((await Objects.PutAsync(bucket, key, new MemoryStream(Encoding.UTF8.GetBytes(text)))).IsOk);
    }

    /// <summary>Reads a blob of the workspace's own container.</summary>
    public async Task<string> ReadAsync(string key)
    {
        var workspace = await SendAsync("GET", Workspace);
        var account = ((string)workspace.Body!["properties"]!["storageAccount"]!).Split('/')[^1];
        await using var open = (await Objects.OpenAsync(new BucketName("azure", $"{account}.azureml-blobstore-{workspace.Body["properties"]!["workspaceId"]}"), key)).Value;
        return await new StreamReader(open.Content).ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        try { Directory.Delete(_folder, recursive: true); }
        catch (IOException) { /* A child that is still dying may hold a file; the folder lies in the system's temp folder. */ }
    }
}
