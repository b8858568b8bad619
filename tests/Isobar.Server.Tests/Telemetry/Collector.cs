using System.Collections.Concurrent;
using Google.Protobuf;
using Isobar.Server.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Tests.Telemetry;

/// <summary>A span as it was exported.</summary>
internal sealed record SeenSpan(string Trace, string Id, string Parent, string Scope, string Name, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A collector that takes OTLP over HTTP, in protobuf. The field numbers are those of opentelemetry-proto's trace.proto, metrics.proto and common.proto.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private LoopbackApp _app = null!;

    public ConcurrentQueue<SeenSpan> Spans { get; } = new();
    public ConcurrentDictionary<string, byte> Metrics { get; } = new();
    public string Url => _app.Url;

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        collector._app = await LoopbackApp.StartAsync(collector.TakeAsync);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (http.Request.Path == "/v1/traces") Traces(body.ToArray());
        else if (http.Request.Path == "/v1/metrics") Names(body.ToArray());
        http.Response.ContentType = "application/x-protobuf";
    }

    // ExportTraceServiceRequest.resource_spans = 1, ResourceSpans.scope_spans = 2, ScopeSpans.scope = 1 (name = 1) and .spans = 2.
    private void Traces(byte[] request)
    {
        foreach (var scopeSpans in In(request, 1).SelectMany(r => In(r, 2)))
        {
            var scope = In(scopeSpans, 1).SelectMany(s => In(s, 1)).Select(Text).FirstOrDefault("");
            // Span: trace_id 1, span_id 2, parent_span_id 4, name 5, attributes 9.
            foreach (var span in In(scopeSpans, 2))
                Spans.Enqueue(new(Hex(span, 1), Hex(span, 2), Hex(span, 4), scope, In(span, 5).Select(Text).Single(), In(span, 9).ToDictionary(a => Text(In(a, 1).Single()), a => In(In(a, 2).Single(), 1).Select(Text).FirstOrDefault(""))));
        }
    }

    // ExportMetricsServiceRequest.resource_metrics = 1, ResourceMetrics.scope_metrics = 2, ScopeMetrics.metrics = 2, Metric.name = 1.
    private void Names(byte[] request)
    {
        foreach (var name in In(request, 1).SelectMany(r => In(r, 2)).SelectMany(s => In(s, 2)).SelectMany(m => In(m, 1))) Metrics[Text(name)] = 0;
    }

    private static string Hex(byte[] message, int field) => In(message, field).Select(Convert.ToHexStringLower).FirstOrDefault("");

    private static string Text(byte[] value) => System.Text.Encoding.UTF8.GetString(value);

    /// <summary>The values of a field that has a length: bytes, texts and messages.</summary>
    private static List<byte[]> In(byte[] message, int field)
    {
        var (found, input) = (new List<byte[]>(), new CodedInputStream(message));
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited) found.Add(input.ReadBytes().ToByteArray());
            else input.SkipLastField();
        }
        return found;
    }
}
