using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Server.Tests.Harness;

namespace Isobar.Server.Tests.Telemetry;

/// <summary>What a collector is told of a prediction: one trace from the gateway through each cloud's emulator to the engine.</summary>
public sealed class TraceTests : IAsyncLifetime
{
    private static readonly string[] Clouds = ["aws", "gcp", "azure"];
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
    };
    private Collector _collector = null!;
    private LiveServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _collector = await Collector.StartAsync();
        Variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Url;
        // Read once, when the server starts.
        foreach (var (name, value) in Variables) Environment.SetEnvironmentVariable(name, value);
        _server = await LiveServer.StartAsync();
        foreach (var name in Variables.Keys) Environment.SetEnvironmentVariable(name, null);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Fact]
    public async Task Prediction_ThroughTheGateway_IsOneTraceDownToTheEngine()
    {
        await ApplyAsync();
        foreach (var cloud in Clouds)
        {
            await _server.DefineAsync("of-" + cloud, $$"""{"backends": [{"name": "{{cloud}}", "cloud": "{{cloud}}", "endpoint": "traced-line"}]}""");
            var trace = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/models/of-{cloud}/predict") { Content = new StringContent("5\n", Encoding.UTF8, "text/csv") };
            request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
            using var reply = await _server.Http.SendAsync(request);
            Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());

            await UntilAsync(() => Of(trace).Any(s => s.Scope == "Isobar.Engine") && Of(trace).Any(s => s.Scope == "Isobar.Gateway") && Of(trace).Any(s => s.Attributes.GetValueOrDefault("isobar.cloud") == cloud), () => string.Join('\n', Of(trace)));
            // From the engine upwards: the emulator, the gateway, the caller.
            var line = new List<SeenSpan> { Of(trace).Single(s => s.Scope == "Isobar.Engine") };
            while (Of(trace).FirstOrDefault(s => s.Id == line[^1].Parent) is { } above) line.Add(above);
            var emulator = line.FindIndex(s => s.Attributes.GetValueOrDefault("isobar.cloud") == cloud);
            var gateway = line.FindIndex(s => s.Scope == "Isobar.Gateway");
            Assert.True(emulator > 0 && gateway > emulator, string.Join('\n', line));
            Assert.Equal("00f067aa0ba902b7", line[^1].Parent);
        }

        await UntilAsync(() => _collector.Metrics.ContainsKey("isobar.gateway.request.duration"), () => string.Join(' ', _collector.Metrics.Keys));
        Assert.Contains("isobar_gateway_request_duration_seconds_count", await _server.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private IEnumerable<SeenSpan> Of(string trace) => _collector.Spans.Where(s => s.Trace == trace);

    private async Task ApplyAsync()
    {
        var rows = Encoding.UTF8.GetBytes("a,b\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{2 * i + 1}"))) + "\n");
        var digest = Convert.ToHexStringLower(SHA256.HashData(rows));
        using var uploaded = await _server.Http.PutAsync($"/v1/artifacts/{digest}", new ByteArrayContent(rows));
        Assert.True(uploaded.IsSuccessStatusCode, await uploaded.Content.ReadAsStringAsync());
        using var applied = await _server.Http.PutAsync("/v1/projects/traced", new StringContent($$"""
            name: traced
            data: { rows: { path: rows.csv, sha256: "{{digest}}", gigabytes: 0.001 } }
            models:
              line:
                training: { algorithm: linear, task: regression, label: b, data: { train: rows }, clouds: [onprem] }
                service: { clouds: [aws, gcp, azure] }
            """));
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        JsonObject? project = null;
        await UntilAsync(async () => (project = await _server.Http.GetFromJsonAsync<JsonObject>("/v1/projects/traced"))!["settled"]!.GetValue<bool>(), () => project!.ToJsonString());
    }

    private static Task UntilAsync(Func<bool> so, Func<string> otherwise) => UntilAsync(() => Task.FromResult(so()), otherwise);

    private static async Task UntilAsync(Func<Task<bool>> so, Func<string> otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (!await so())
        {
            if (watch.Elapsed > TimeSpan.FromMinutes(2)) Assert.Fail(otherwise());
            await Task.Delay(50);
        }
    }
}
