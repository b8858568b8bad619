using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Server.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Tests.Gateway;

/// <summary>Answers of models that are not what most are, and requests that are not, through a server.</summary>
public sealed class AnswerTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _read = new();
    private int _asked;
    private LiveServer _server = null!;
    private LoopbackApp _model = null!;

    public async ValueTask InitializeAsync()
    {
        _model = await LoopbackApp.StartAsync(AnswerAsync);
        _server = await LiveServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _read.TrySetResult();
        await _server.DisposeAsync();
        await _model.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var count = Interlocked.Increment(ref _asked);
        http.Response.ContentType = "application/json";
        switch (http.Request.Path.Value)
        {
            case "/nothing":
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            case "/compressed":
                http.Response.Headers.ContentEncoding = "gzip";
                await using (var zip = new GZipStream(http.Response.Body, CompressionLevel.Fastest)) await zip.WriteAsync("[1, 2]"u8.ToArray());
                return;
            case "/lines":
                http.Response.ContentType = "application/x-ndjson; charset=utf-8";
                await http.Response.WriteAsync("1\n");
                await http.Response.Body.FlushAsync();
                // The rest comes when the caller has the first line.
                await _read.Task.WaitAsync(http.RequestAborted);
                await http.Response.WriteAsync("2\n");
                return;
            case "/aws":
                await http.Response.WriteAsync("""{"predictions": [{"predicted_label": "Adelie", "score": 0.9}, {"predicted_label": "7", "score": 0.8}]}""");
                return;
            case "/gcp":
                await http.Response.WriteAsync("""{"predictions": [{"label": "Adelie", "probabilities": [0.9, 0.1]}, {"label": "7", "probabilities": [0.2, 0.8]}], "deployedModelId": "1"}""");
                return;
            case "/azure":
                await http.Response.WriteAsync("""["Adelie", 7]""");
                return;
            case "/fresh":
                http.Response.Headers.CacheControl = "no-store";
                break;
        }
        http.Response.Headers["X-Model"] = "m";
        await http.Response.WriteAsync($$"""{"predictions": [{{count}}], "accepts": "{{http.Request.Headers.AcceptEncoding}}" }""");
    }

    private Task DefineAsync(string name, string path, string more = "") => _server.DefineAsync(name, $$"""{"backends": [{"name": "own", "url": "{{_model.Url}}{{path}}"}]{{more}} }""");

    [Fact]
    public async Task Predict_ModelAnswersNothing_SoDoesTheGateway()
    {
        await DefineAsync("nothing", "/nothing");
        using var reply = await _server.AskAsync("nothing", null);
        Assert.Equal((HttpStatusCode.NoContent, ""), (reply.StatusCode, await reply.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Predict_ModelCompressesUnasked_ItsAnswerCanBeReadTheFirstTimeAndFromTheCache()
    {
        await DefineAsync("compressed", "/compressed", """, "cache": {}""");
        for (var i = 0; i < 2; i++)
        {
            using var reply = await _server.AskAsync("compressed", null);
            await using var zip = new GZipStream(await reply.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
            Assert.Equal("[1, 2]", await new StreamReader(zip).ReadToEndAsync());
            Assert.Equal("gzip", Assert.Single(reply.Content.Headers.ContentEncoding));
            Assert.Equal(i == 1, reply.Headers.Contains("X-Cache"));
        }
    }

    [Fact]
    public async Task Predict_CallerTakesCompression_TheModelIsNotAskedForIt()
    {
        await DefineAsync("plain", "/plain");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/plain/predict") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        using var reply = await _server.Http.SendAsync(request);
        Assert.Equal("", JsonNode.Parse(await reply.Content.ReadAsStringAsync())!["accepts"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/fresh", false)]
    [InlineData("/plain", true)]
    public async Task Predict_AnswerMayNotBeKept_IsAskedAnew(string path, bool kept)
    {
        await DefineAsync("cached", path, """, "cache": {}""");
        using var first = await _server.AskAsync("cached", null);
        using var second = await _server.AskAsync("cached", null);
        Assert.Equal(kept, await first.Content.ReadAsStringAsync() == await second.Content.ReadAsStringAsync());
        Assert.Equal((kept, "m"), (second.Headers.Contains("X-Cache"), Assert.Single(second.Headers.GetValues("X-Model"))));
    }

    [Fact]
    public async Task Predict_LinesOfJson_ComeAsTheyAreWritten()
    {
        await DefineAsync("lines", "/lines");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/lines/predict") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        using var reply = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("1", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        _read.SetResult();
        Assert.Equal("2", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Null(await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("grpc-timeout", "99999999H")]
    [InlineData("X-Request-Deadline", "9999-12-31T23:59:59Z")]
    [InlineData("X-Request-Deadline", "2500-01-01T00:00:00Z")]
    public async Task Predict_DeadlineOfTheFarFuture_IsNone(string header, string value)
    {
        await DefineAsync("patient", "/plain");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/models/patient/predict") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, value);
        using var reply = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Fact]
    public async Task Predict_AnotherIsStillSending_TakesNoRoomFromIt()
    {
        await DefineAsync("one", "/plain", """, "maxConcurrent": 1""");
        using var slow = new System.Net.Sockets.TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, _server.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /v1/models/one/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"), TestContext.Current.CancellationToken);
        // The server asks for the body: its reading has begun.
        using var heard = new StreamReader(slow.GetStream());
        Assert.Equal("HTTP/1.1 100 Continue", await heard.ReadLineAsync(TestContext.Current.CancellationToken));
        using (var reply = await _server.AskAsync("one", null)) Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        await slow.GetStream().WriteAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken);
        await heard.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 200 OK", await heard.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Predict_BodyTricklesInPastTheDeadline_IsAnsweredAtTheDeadline()
    {
        await DefineAsync("hasty", "/plain", """, "resilience": {"timeoutMs": 200}""");
        using var slow = new System.Net.Sockets.TcpClient();
        await slow.ConnectAsync(IPAddress.Loopback, _server.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST /v1/models/hasty/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"), TestContext.Current.CancellationToken);
        using var heard = new StreamReader(slow.GetStream());
        Assert.StartsWith("HTTP/1.1 504 ", await heard.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(0, _asked);
    }

    [Theory]
    [InlineData("/aws")]
    [InlineData("/gcp")]
    [InlineData("/azure")]
    public async Task Predict_AnswersAreValues_TheyAreTheSameFromEveryCloud(string path)
    {
        await DefineAsync("valued", path, """, "answers": "values" """);
        using var plain = await _server.AskAsync("valued", null);
        Assert.Equal("""{"predictions":["Adelie",7]}""", await plain.Content.ReadAsStringAsync());
        using var azure = await _server.Http.PostAsync("/v1/models/valued/score", new StringContent("{}", Encoding.UTF8, "application/json"));
        Assert.Equal("""["Adelie",7]""", await azure.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Predict_BodyIsTooLarge_TheConnectionCanBeUsedAgain()
    {
        await DefineAsync("small", "/plain", """, "maxBodyBytes": 8""");
        using var caller = new System.Net.Sockets.TcpClient();
        await caller.ConnectAsync(IPAddress.Loopback, _server.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        using var heard = new StreamReader(caller.GetStream());
        foreach (var (body, status) in new[] { ("0123456789", "413"), ("{}", "200") })
        {
            await caller.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/models/small/predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"), TestContext.Current.CancellationToken);
            string? line;
            do line = await heard.ReadLineAsync(TestContext.Current.CancellationToken);
            while (line is not null && !line.StartsWith("HTTP/", StringComparison.Ordinal));
            Assert.StartsWith($"HTTP/1.1 {status} ", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task InvokeWithResponseStream_Answer_ComesInEventsAsItIsWritten()
    {
        await DefineAsync("streamed", "/lines");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/streamed/invocations-response-stream") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        using var reply = await _server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(("application/vnd.amazon.eventstream", "application/x-ndjson; charset=utf-8"), (reply.Content.Headers.ContentType!.MediaType, Assert.Single(reply.Headers.GetValues("X-Amzn-SageMaker-Content-Type"))));
        await using var events = await reply.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        Assert.Equal("1\n", await PartAsync());
        _read.SetResult();
        Assert.Equal("2\n", await PartAsync());
        Assert.Equal(-1, events.ReadByte());

        async Task<string> PartAsync()
        {
            var prelude = new byte[12];
            await events.ReadExactlyAsync(prelude, TestContext.Current.CancellationToken);
            var (total, headers) = (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(prelude), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(prelude.AsSpan(4)));
            var rest = new byte[total - prelude.Length];
            await events.ReadExactlyAsync(rest, TestContext.Current.CancellationToken);
            Assert.Contains("PayloadPart", Encoding.ASCII.GetString(rest, 0, headers), StringComparison.Ordinal);
            return Encoding.UTF8.GetString(rest, headers, rest.Length - headers - 4);
        }
    }

    [Fact]
    public async Task Put_CanaryLeadsElsewhereUnderItsName_BeginsAnew()
    {
        string Definition(string path) => $$"""{"backends": [{"name": "own", "url": "{{_model.Url}}/plain"}, {"name": "new", "url": "{{_model.Url}}{{path}}"}], "canary": {"backend": "new", "steps": [50], "requestsPerStep": 10} }""";
        await _server.DefineAsync("trial", Definition("/plain"));
        while (await StateAsync() != "promoted")
        {
            using var reply = await _server.AskAsync("trial", null);
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        }
        await _server.DefineAsync("trial", Definition("/plain"));
        Assert.Equal("promoted", await StateAsync());
        await _server.DefineAsync("trial", Definition("/other"));
        Assert.Equal("running", await StateAsync());

        async Task<string> StateAsync() => JsonNode.Parse(await _server.Http.GetStringAsync("/v1/services/trial"))!["canary"]!["state"]!.GetValue<string>();
    }

    [Fact]
    public async Task Put_BodyDoesNotSayThatItIsJson_IsRefusedInWords()
    {
        using var reply = await _server.Http.PutAsync("/v1/services/form", new StringContent("{}", Encoding.UTF8, "application/x-www-form-urlencoded"));
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "application/problem+json"), (reply.StatusCode, reply.Content.Headers.ContentType?.MediaType));
        Assert.Contains("Content-Type: application/json", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
