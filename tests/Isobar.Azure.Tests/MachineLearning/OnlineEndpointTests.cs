using System.Net;
using Isobar.Engine.Metrics;
using Isobar.Engine.Serving;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class OnlineEndpointTests
{
    private const string Endpoint = AzureEmulator.Workspace + "/onlineEndpoints/scores";

    [Fact]
    public async Task Deployment_AfterARestart_AnswersWithTheSameKey()
    {
        await using var azure = await ReadyAsync("Key");
        var key = (string)(await azure.SendAsync("POST", Endpoint + "/listKeys")).Body!["primaryKey"]!;
        Assert.Equal("blue:1", (string?)(await ScoreAsync(azure, key)).Body);
        await azure.StartAgainAsync();
        Assert.Equal("blue:1", (string?)(await ScoreAsync(azure, key)).Body);
        Assert.Equal("Succeeded", (string?)(await azure.SendAsync("GET", Endpoint + "/deployments/blue")).Body!["properties"]!["provisioningState"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ScoreAsync(azure, "other")).Status);
    }

    [Fact]
    public async Task Endpoint_WithTokens_TakesThemAndNoKeys()
    {
        await using var azure = await ReadyAsync("AMLToken");
        var token = (string)(await azure.SendAsync("POST", Endpoint + "/token")).Body!["accessToken"]!;
        Assert.Equal("blue:1", (string?)(await ScoreAsync(azure, token)).Body);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ScoreAsync(azure, token + "0")).Status);
        Assert.Equal("OperationNotSupported", (await azure.SendAsync("POST", Endpoint + "/listKeys")).Code);
    }

    [Fact]
    public async Task MirrorTraffic_OfADeployment_ReachesItAndNobodySeesItsAnswer()
    {
        await using var azure = await ReadyAsync("Key");
        await DeployAsync(azure, "green");
        var put = await azure.SendAsync("PATCH", Endpoint, """{"properties":{"traffic":{"blue":100},"mirrorTraffic":{"green":50}}}""");
        Assert.Equal(HttpStatusCode.OK, put.Status);
        await azure.UntilAsync(Endpoint, b => (string?)b["properties"]!["provisioningState"] == "Succeeded");
        var key = (string)(await azure.SendAsync("POST", Endpoint + "/listKeys")).Body!["primaryKey"]!;
        // Half of the requests are copied: that none of so many is would be one chance in 10^18.
        for (var i = 0; i < 60; i++) Assert.Equal("blue:1", (string?)(await ScoreAsync(azure, key)).Body);
        // Copies are counted: of 60 halves, fewer than 12 or more than 48 come once in a million times.
        for (var i = 0; await AskedAsync(azure, "green") < 12; i++)
        {
            Assert.True(i < 600, $"{await AskedAsync(azure, "green")} copies");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.InRange(await AskedAsync(azure, "green"), 12, 48);
        Assert.Equal(60, await AskedAsync(azure, "blue"));
        Assert.Equal("green:1", (string?)(await ScoreAsync(azure, key, ("azureml-model-deployment", "green"))).Body);
        Assert.Equal("Conflict", (await azure.SendAsync("DELETE", Endpoint + "/deployments/green")).Code);
    }

    [Fact]
    public async Task Deployment_BusierThanItsTarget_GetsMoreInstances()
    {
        await using var azure = await ReadyAsync("Key");
        var patched = await azure.SendAsync("PATCH", Endpoint + "/deployments/blue", """{"properties":{"requestSettings":{"maxConcurrentRequestsPerInstance":1},"scaleSettings":{"scaleType":"TargetUtilization","minInstances":1,"maxInstances":3}}}""");
        Assert.Equal(HttpStatusCode.OK, patched.Status);
        Assert.Equal(70, (int?)patched.Body!["properties"]!["scaleSettings"]!["targetUtilizationPercentage"]);
        await azure.UntilAsync(Endpoint + "/deployments/blue", b => (string?)b["properties"]!["provisioningState"] == "Succeeded");
        // As if two and a half requests had been under way all through the last half minute: at seven tenths, that is work for four.
        azure.Get<IMetricStore>().Record(MetricId.Of("azure", "isobar/serving", "ModelLatency", KeyValuePair.Create("endpoint", "scores"), KeyValuePair.Create("variant", "blue")), 75e6, "Microseconds");
        await azure.UntilAsync(Endpoint + "/deployments/blue", b => (int?)b["sku"]!["capacity"] == 3);
        // Processes take a moment to be healthy.
        var engine = (await azure.Get<IEndpoints>().WaitAsync("azure" + Endpoint.ToLowerInvariant(), TestContext.Current.CancellationToken)).Value;
        Assert.Equal(3, engine.Variants.Single(v => v.Name == "blue").DesiredCount);
        var key = (string)(await azure.SendAsync("POST", Endpoint + "/listKeys")).Body!["primaryKey"]!;
        Assert.Equal("blue:1", (string?)(await ScoreAsync(azure, key)).Body);
    }

    [Fact]
    public async Task Deployment_WhoseScriptFails_SaysItsLastWords()
    {
        await using var azure = await ReadyAsync("Key");
        await azure.PutAsync("bad/score.py", "raise ValueError('no weights here')");
        var put = await PutAsync(azure, "red", "bad");
        Assert.Equal(HttpStatusCode.Created, put.Status);
        var failed = await azure.UntilAsync(Endpoint + "/deployments/red", b => (string?)b["properties"]!["provisioningState"] is "Failed" or "Succeeded");
        Assert.Equal("Failed", (string?)failed.Body!["properties"]!["provisioningState"]);
        var status = await azure.AskAsync("GET", put.Message.Headers.GetValues("Azure-AsyncOperation").Single());
        Assert.Equal("Failed", (string?)status.Body!["status"]);
        Assert.Contains("no weights here", (string?)status.Body["error"]!["message"]);
        // The deployment beside it goes on, and the failed one can be mended by another attempt.
        var key = (string)(await azure.SendAsync("POST", Endpoint + "/listKeys")).Body!["primaryKey"]!;
        Assert.Equal("blue:1", (string?)(await ScoreAsync(azure, key)).Body);
        await DeployAsync(azure, "red");
        Assert.Equal("red:1", (string?)(await ScoreAsync(azure, key, ("azureml-model-deployment", "red"))).Body);
    }

    [Fact]
    public async Task Endpoint_OfANameThatIsTakenInTheRegion_IsRefused()
    {
        await using var azure = await ReadyAsync("Key");
        await azure.SendAsync("PUT", AzureEmulator.Workspace + "2", """{"location":"eastus"}""");
        Assert.Equal("Conflict", (await azure.SendAsync("PUT", Endpoint.Replace("/space/", "/space2/", StringComparison.Ordinal), """{"properties":{"authMode":"Key"}}""")).Code);
    }

    [Theory]
    [InlineData("""{"properties":{}}""", "properties.authMode")]
    [InlineData("""{"properties":{"authMode":"Password"}}""", "properties.authMode")]
    [InlineData("""{"properties":{"authMode":"Key","traffic":{"none":100}}}""", "properties.traffic.none")]
    public async Task CreateEndpoint_NotAsDocumented_NamesTheField(string body, string target)
    {
        await using var azure = await AzureEmulator.StartAsync();
        Assert.Equal(target, (await azure.SendAsync("PUT", Endpoint, body)).Target);
    }

    [Theory]
    [InlineData("""{"properties":{"endpointComputeType":"Managed"}}""", "properties.model")]
    [InlineData("""{"properties":{"endpointComputeType":"Toaster","model":"m"}}""", "properties.endpointComputeType")]
    [InlineData("""{"properties":{"endpointComputeType":"Managed","model":"azureml:none:1"}}""", "properties.model")]
    [InlineData("""{"properties":{"endpointComputeType":"Managed","model":"azureml:none:1","scaleSettings":{"scaleType":"TargetUtilization","minInstances":3,"maxInstances":2}}}""", "properties.scaleSettings.minInstances")]
    [InlineData("""{"properties":{"endpointComputeType":"Managed","model":"azureml:none:1","dataCollector":{"collections":{},"requestLogging":{"captureHeaders":["a"]}}}}""", "properties.dataCollector.requestLogging")]
    [InlineData("""{"properties":{"endpointComputeType":"Managed","model":"azureml:none:1","dataCollector":{"collections":{"model_inputs":{"dataId":"azureml:none:1"}}}}}""", "properties.dataCollector.collections.model_inputs.dataId")]
    [InlineData("""{"sku":{"capacity":-1},"properties":{"endpointComputeType":"Managed","model":"azureml:none:1"}}""", "sku.capacity")]
    public async Task CreateDeployment_NotAsDocumented_NamesTheField(string body, string target)
    {
        await using var azure = await AzureEmulator.StartAsync();
        await azure.SendAsync("PUT", Endpoint, """{"properties":{"authMode":"Key"}}""");
        Assert.Equal(target, (await azure.SendAsync("PUT", Endpoint + "/deployments/blue", body)).Target);
        Assert.Equal("ResourceNotFound", (await azure.SendAsync("GET", Endpoint + "/deployments/blue")).Code);
    }

    private static async Task<int> AskedAsync(AzureEmulator azure, string deployment) =>
        ((string)(await azure.SendAsync("POST", $"{Endpoint}/deployments/{deployment}/getLogs", "{}")).Body!["content"]!).Split($"{deployment} was asked").Length - 1;

    private static async Task<AzureEmulator> ReadyAsync(string authMode)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "python3")))) Assert.Skip("python3 is not installed.");
        var azure = await AzureEmulator.StartAsync();
        await azure.PutAsync("good/score.py", """
            import os
            def run(data):
                name = os.environ["DEPLOYMENT"]
                print(name, "was asked", flush=True)
                return f"{name}:{len(data)}"
            """);
        Assert.Equal(HttpStatusCode.Created, (await azure.SendAsync("PUT", Endpoint, $$$"""{"properties":{"authMode":"{{{authMode}}}"}}""")).Status);
        await DeployAsync(azure, "blue");
        Assert.Equal(HttpStatusCode.OK, (await azure.SendAsync("PATCH", Endpoint, """{"properties":{"traffic":{"blue":100}}}""")).Status);
        await SettledAsync(azure);
        return azure;
    }

    private static async Task DeployAsync(AzureEmulator azure, string name)
    {
        var put = await PutAsync(azure, name, "good");
        Assert.True(put.Status is HttpStatusCode.Created or HttpStatusCode.OK, put.Body?.ToJsonString());
        var done = await azure.UntilAsync($"{Endpoint}/deployments/{name}", b => (string?)b["properties"]!["provisioningState"] is "Failed" or "Succeeded");
        Assert.Equal("Succeeded", (string?)done.Body!["properties"]!["provisioningState"]);
        await SettledAsync(azure);
    }

    // A change of the endpoint is refused while another is under way.
    private static Task SettledAsync(AzureEmulator azure) => azure.UntilAsync(Endpoint, b => (string?)b["properties"]!["provisioningState"] == "Succeeded");

    private static Task<Answer> PutAsync(AzureEmulator azure, string name, string code) => azure.SendAsync("PUT", $"{Endpoint}/deployments/{name}", """
        {"sku":{"name":"Default","capacity":1},"properties":{"endpointComputeType":"Managed","environmentVariables":{"DEPLOYMENT":"NAME"},
         "codeConfiguration":{"codeId":"azureml://datastores/workspaceblobstore/paths/CODE","scoringScript":"score.py"}}}
        """.Replace("NAME", name, StringComparison.Ordinal).Replace("CODE", code, StringComparison.Ordinal));

    private static async Task<Answer> ScoreAsync(AzureEmulator azure, string key, params (string Name, string Value)[] headers)
    {
        var uri = (string)(await azure.SendAsync("GET", Endpoint)).Body!["properties"]!["scoringUri"]!;
        return await azure.AskAsync("POST", uri, "x", [("Authorization", $"Bearer {key}"), .. headers]);
    }
}
