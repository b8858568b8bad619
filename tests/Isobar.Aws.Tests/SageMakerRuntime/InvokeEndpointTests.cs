using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Isobar.Aws.Tests.SageMakerRuntime;

public sealed class InvokeEndpointTests(RuntimeEmulator emulator) : IClassFixture<RuntimeEmulator>
{
    [Fact]
    public async Task XgBoost_Binary_AnswersCsvJsonAndLibSvm()
    {
        await emulator.DeployAsync("xgb", "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
            new() { ["num_round"] = "20", ["objective"] = "binary:logistic" }, Rows(200, (x, y) => x + y > 10 ? 1 : 0));
        using var reply = await InvokeAsync("xgb", "9,9\n1,1\n");
        var scores = (await reply.Content.ReadAsStringAsync()).Split(',').Select(s => double.Parse(s, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (reply.StatusCode, reply.Content.Headers.ContentType!.MediaType));
        Assert.Equal("AllTraffic", reply.Headers.GetValues("x-Amzn-Invoked-Production-Variant").Single());
        Assert.True(scores is [> 0.9, < 0.1]);
        using var json = await InvokeAsync("xgb", "1 0:9 1:9", "text/libsvm", "application/json");
        Assert.Equal(scores[0], JsonDocument.Parse(await json.Content.ReadAsStringAsync()).RootElement.GetProperty("predictions")[0].GetProperty("score").GetDouble());
    }

    [Fact]
    public async Task KMeansPcaKnnForestAndLinear_TrainedFromPlans_Answer()
    {
        (string Name, string Image, Dictionary<string, string> Given, string Type, string Root)[] all =
        [
            ("km", "kmeans:1", new() { ["k"] = "2", ["feature_dim"] = "2" }, "text/csv;label_size=1", "predictions"),
            ("pc", "pca:1", new() { ["num_components"] = "1", ["feature_dim"] = "2", ["mini_batch_size"] = "10" }, "text/csv;label_size=1", "projections"),
            ("nn", "knn:1", new() { ["k"] = "3", ["feature_dim"] = "2", ["predictor_type"] = "classifier", ["sample_size"] = "200" }, "text/csv", "predictions"),
            ("rcf", "randomcutforest:1", new() { ["feature_dim"] = "2" }, "text/csv;label_size=1", "scores"),
            ("ll", "linear-learner:1", new() { ["predictor_type"] = "binary_classifier" }, "text/csv", "predictions"),
        ];
        foreach (var (name, image, given, type, root) in all)
        {
            await emulator.DeployAsync(name, $"382416733822.dkr.ecr.us-east-1.amazonaws.com/{image}", given, Rows(200, (x, y) => x + y > 10 ? 1 : 0), type);
            using var reply = await InvokeAsync(name, """{"instances": [{"features": [9, 9]}, {"features": [1, 1]}]}""", "application/json");
            var text = await reply.Content.ReadAsStringAsync();
            Assert.True(reply.IsSuccessStatusCode, text);
            Assert.Equal(2, JsonDocument.Parse(text).RootElement.GetProperty(root).GetArrayLength());
        }
    }

    [Fact]
    public async Task Neutral_Categories_AnswerByName()
    {
        var csv = "island,mass,species\n" + string.Concat(Enumerable.Range(0, 90).Select(i => $"{(i % 3 == 0 ? "Dream" : "Biscoe")},{3000 + i % 3 * 1000 + i},{(i % 3 == 2 ? "Gentoo" : "Adelie")}\n"));
        await emulator.DeployAsync("penguins", "isobar/boosted-trees", new() { ["task"] = "binary", ["label"] = "species", ["min_rows_in_leaf"] = "1", ["rounds"] = "20" }, csv);
        using var reply = await InvokeAsync("penguins", "Biscoe,5040\nDream,\n", accept: "text/csv");
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.IsSuccessStatusCode, text);
        Assert.StartsWith("Gentoo,0.9", text);
    }

    [Fact]
    public async Task Endpoint_Missing_IsAValidationError()
    {
        using var reply = await InvokeAsync("nowhere", "1,2");
        Assert.Equal((HttpStatusCode.BadRequest, "ValidationError"), (reply.StatusCode, reply.Headers.GetValues("x-amzn-ErrorType").Single()));
        Assert.Equal("""{"Message":"Endpoint nowhere of account 000000000000 not found."}""", await reply.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Row_Bad_IsAModelErrorWithTheModelsStatus()
    {
        await emulator.DeployAsync("bad", "kmeans:1", new() { ["k"] = "2", ["feature_dim"] = "2" }, Rows(50, (x, y) => 0), "text/csv;label_size=1");
        foreach (var (body, type, status) in new[] { ("1,2,3", "text/csv", 400), ("<a/>", "application/xml", 415) })
        {
            using var reply = await InvokeAsync("bad", body, type);
            var error = JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(((HttpStatusCode)424, "ModelError", status), (reply.StatusCode, reply.Headers.GetValues("x-amzn-ErrorType").Single(), error.GetProperty("OriginalStatusCode").GetInt32()));
            Assert.StartsWith($"Received client error ({status}) from primary with message", error.GetProperty("Message").GetString());
        }
    }

    [Fact]
    public async Task Body_OverTheLimit_IsRefusedBeforeItIsSent()
    {
        using var socket = new TcpClient(emulator.Address.Host, emulator.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /endpoints/any/invocations HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\nContent-Length: 5000000000\r\n\r\n1,2,"));
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        using var small = await InvokeAsync("nowhere", "1");
        Assert.Equal(HttpStatusCode.BadRequest, small.StatusCode);
    }

    [Fact]
    public async Task Body_ChunkedOverTheLimit_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/any/invocations") { Content = new ByteArrayContent(new byte[7 * 1024 * 1024]) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        using var reply = await emulator.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, reply.StatusCode);
        Assert.Contains("HTTP content length exceeded 6291456 bytes.", await reply.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stream_OfAGraph_ComesAsAnEvent()
    {
        await emulator.DeployAsync("streamed", "kmeans:1", new() { ["k"] = "2", ["feature_dim"] = "2" }, Rows(50, (x, y) => 0), "text/csv;label_size=1");
        using var reply = await emulator.Client.PostAsync("/endpoints/streamed/invocations-response-stream", new StringContent("1,2", Encoding.UTF8, "text/csv"));
        var bytes = await reply.Content.ReadAsByteArrayAsync();
        Assert.Equal("application/vnd.amazon.eventstream", reply.Content.Headers.ContentType!.MediaType);
        Assert.Equal("application/json", reply.Headers.GetValues("X-Amzn-SageMaker-Content-Type").Single());
        Assert.Contains("closest_cluster", Encoding.UTF8.GetString(bytes));
    }

    private Task<HttpResponseMessage> InvokeAsync(string endpoint, string body, string type = "text/csv", string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/endpoints/{endpoint}/invocations") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        return emulator.Client.SendAsync(request);
    }

    private static string Rows(int count, Func<double, double, int> label)
    {
        var random = new Random(7);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            double x = Math.Round(random.NextDouble() * 10, 3), y = Math.Round(random.NextDouble() * 10, 3);
            text.Append(CultureInfo.InvariantCulture, $"{label(x, y)},{x},{y}\n");
        }
        return text.ToString();
    }
}
