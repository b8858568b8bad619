using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Monitoring.Capture;

/// <summary>
/// Keeps sampled invocations as JSON Lines below <c>prefix/endpoint/variant/yyyy/mm/dd/hh/mm-ss-mmm-id.jsonl</c>, a file for all that came within
/// a few seconds. Runs off the path of the replies; what the store cannot take as fast as it comes is dropped and counted.
/// </summary>
internal sealed class CaptureWriter : IInvocationObserver, IAsyncDisposable
{
    private const int MaxFile = 1024 * 1024;
    private const long MaxWaiting = 64L * 1024 * 1024;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    // Captured CSV and JSON stay readable: quotes and letters beyond ASCII are not turned into numbers.
    private static readonly CaptureJson Json = new(new JsonSerializerOptions(CaptureJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly IObjectStore _objects;
    private readonly TimeProvider _time;
    private readonly ILogger<CaptureWriter> _logger;
    private readonly Dictionary<(string Endpoint, string Variant), Batch> _batches = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ITimer _timer;
    private long _waiting, _dropped;

    public CaptureWriter(IObjectStore objects, TimeProvider time, ILogger<CaptureWriter> logger)
    {
        (_objects, _time, _logger) = (objects, time, logger);
        _timer = time.CreateTimer(_ => _ = FlushAsync(), null, Every, Every);
    }

    /// <summary>Records lost because the store could not follow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public async ValueTask OnInvocationAsync(ObservedInvocation seen, CancellationToken ct)
    {
        if (seen.Endpoint.Capture is not { } capture || !capture.Input && !capture.Output || seen.Shadow || seen.Error is not null || seen.Status >= 400) return;
        if (Interlocked.Read(ref _waiting) > MaxWaiting)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        var line = JsonSerializer.SerializeToUtf8Bytes(Record(seen, capture), Json.CaptureRecord);
        Interlocked.Add(ref _waiting, line.Length);
        bool full;
        lock (_lock)
        {
            var key = (seen.Endpoint.Id, seen.Variant);
            if (!_batches.TryGetValue(key, out var batch)) _batches[key] = batch = new Batch(seen.Endpoint, seen.Variant, seen.Time);
            batch.Lines.Write(line);
            batch.Lines.WriteByte((byte)'\n');
            full = batch.Lines.Length > MaxFile;
        }
        if (full) await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Stores everything taken so far. Never throws: capture must not harm serving.</summary>
    public async Task FlushAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            List<Batch> ready;
            lock (_lock)
            {
                ready = [.. _batches.Values];
                _batches.Clear();
            }
            foreach (var batch in ready) await StoreAsync(batch).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.LogError(e, "Captured traffic could not be stored");
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    private async Task StoreAsync(Batch batch)
    {
        var target = batch.Endpoint.Capture!.Target;
        var at = batch.First.UtcDateTime.ToString("yyyy'/'MM'/'dd'/'HH'/'mm'-'ss'-'fff", CultureInfo.InvariantCulture);
        var key = target.Below($"{batch.Endpoint.Name}/{batch.Variant}/{at}-{Guid.NewGuid()}.jsonl").Key;
        batch.Lines.Position = 0;
        var length = batch.Lines.Length;
        try
        {
            var stored = await _objects.PutAsync(target.Bucket, key, batch.Lines, new PutOptions { ContentType = "application/jsonlines" }).ConfigureAwait(false);
            if (stored.Error is not { } error) return;
            Interlocked.Increment(ref _dropped);
            _logger.LogWarning("Captured traffic of {Endpoint} could not be stored: {Reason}", batch.Endpoint.Id, error.Message);
        }
        finally
        {
            Interlocked.Add(ref _waiting, -length);
        }
    }

    private static CaptureRecord Record(ObservedInvocation seen, CaptureSpec capture) => new()
    {
        CaptureData = new CaptureData
        {
            EndpointInput = capture.Input ? Body("INPUT", seen.ContentType, seen.Request, capture) : null,
            EndpointOutput = capture.Output ? Body("OUTPUT", seen.ReplyContentType, seen.Reply, capture) : null,
        },
        EventMetadata = new EventMetadata
        {
            EventId = seen.EventId, InferenceId = seen.InferenceId, InferenceTime = seen.Time.ToUniversalTime(),
            CustomAttributes = seen.CustomAttributes is { } attributes ? [attributes] : null,
        },
    };

    private static CapturedBody Body(string mode, string? contentType, ReadOnlyMemory<byte> bytes, CaptureSpec capture)
    {
        var type = contentType?.Split(';')[0].Trim() ?? "";
        // Without lists of the user's own, the two types that everybody means are text.
        var encoding = capture.CsvTypes.Contains(type, StringComparer.OrdinalIgnoreCase) ? "CSV"
            : capture.JsonTypes.Contains(type, StringComparer.OrdinalIgnoreCase) ? "JSON"
            : capture.CsvTypes.Count + capture.JsonTypes.Count > 0 ? "BASE64"
            : type is "text/csv" ? "CSV" : type is "application/json" or "application/jsonlines" ? "JSON" : "BASE64";
        return new CapturedBody
        {
            ObservedContentType = contentType, Mode = mode, Encoding = encoding,
            Data = encoding == "BASE64" ? Convert.ToBase64String(bytes.Span) : Encoding.UTF8.GetString(bytes.Span),
        };
    }

    private sealed class Batch(EndpointSpec endpoint, string variant, DateTimeOffset first)
    {
        public EndpointSpec Endpoint { get; } = endpoint;
        public string Variant { get; } = variant;
        public DateTimeOffset First { get; } = first;
        public MemoryStream Lines { get; } = new();
    }
}
