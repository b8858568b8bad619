using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;
using Microsoft.Extensions.Logging;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;

/// <summary>
/// Keeps what deployments collect as lines of CloudEvents, by collection and hour, a file for all that came within a few seconds. Off the path of the
/// replies: what the store cannot take is lost, and told to the log.
/// </summary>
internal sealed class DataCollector : IInvocationObserver, IAsyncDisposable
{
    private const int MaxFile = 1024 * 1024;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly IObjectStore _objects;
    private readonly ILogger<DataCollector> _logger;
    private readonly Dictionary<ObjectLocation, StringBuilder> _waiting = [];
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ITimer _timer;

    private readonly IModelPackages _packages;
    private readonly ConcurrentDictionary<ObjectLocation, IReadOnlyList<string>?> _columns = new();

    public DataCollector(IObjectStore objects, IModelPackages packages, TimeProvider time, ILogger<DataCollector> logger)
    {
        (_objects, _packages, _logger) = (objects, packages, logger);
        _timer = time.CreateTimer(_ => _ = FlushAsync(), null, Every, Every);
    }

    public async ValueTask OnInvocationAsync(ObservedInvocation seen, CancellationToken ct)
    {
        if (seen.Error is not null || seen.Status >= 400) return;
        var variants = seen.Shadow ? seen.Endpoint.Shadows : seen.Endpoint.Variants;
        if (variants.FirstOrDefault(v => v.Name == seen.Variant) is not { } variant || CollectionSettings.Of(variant) is not { } settings) return;
        var full = false;
        var columns = await ColumnsAsync(variant.Model.Artifact, ct).ConfigureAwait(false);
        foreach (var (collection, how) in settings.Collections)
        {
            if (!IsSampled(seen.EventId, how.Rate)) continue;
            var (body, type) = collection is CollectionSettings.Inputs or CollectionSettings.Request ? (seen.Request, seen.ContentType) : (seen.Reply, seen.ReplyContentType);
            if (CollectedRows.Read(body, type, collection, columns) is not { } data) continue;
            var line = Event(seen, collection, data).ToJsonString(Plain);
            lock (_lock)
            {
                var folder = settings.Folder(collection, seen.Time);
                if (!_waiting.TryGetValue(folder, out var lines)) _waiting[folder] = lines = new StringBuilder();
                lines.Append(line).Append('\n');
                full |= lines.Length > MaxFile;
            }
        }
        if (full) await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Stores everything taken so far. Never throws: collecting must not harm serving.</summary>
    public async Task FlushAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            List<KeyValuePair<ObjectLocation, StringBuilder>> ready;
            lock (_lock)
            {
                ready = [.. _waiting];
                _waiting.Clear();
            }
            foreach (var (folder, lines) in ready)
            {
                var put = await _objects.PutAsync(folder.Bucket, $"{folder.Key}{Guid.NewGuid()}.jsonl", new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()))).ConfigureAwait(false);
                if (put.Error is { } error) _logger.LogWarning("Collected data for {Folder} was lost: {Error}", folder.Key, error.Message);
            }
        }
        catch (IOException e)
        {
            _logger.LogWarning(e, "Collected data was lost");
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

    /// <summary>The columns of a model of the engine's own, which name what a request does not; null for any other. A deployment's artifact never changes.</summary>
    private async Task<IReadOnlyList<string>?> ColumnsAsync(ObjectLocation? artifact, CancellationToken ct)
    {
        if (artifact is null) return null;
        if (_columns.TryGetValue(artifact, out var known)) return known;
        IReadOnlyList<string>? columns = null;
        if ((await _packages.OpenAsync(artifact, ct).ConfigureAwait(false)).TryGet(out var package, out _) && package.ManifestFile is { } file)
            columns = JsonSerializer.Deserialize(await File.ReadAllTextAsync(file, ct).ConfigureAwait(false), AlgorithmsJson.Default.ModelManifest)?.Columns.Select(c => c.Name).ToList();
        return _columns[artifact] = columns;
    }

    private static JsonObject Event(ObservedInvocation seen, string collection, JsonNode data) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = Guid.NewGuid().ToString(),
        ["source"] = $"{seen.Endpoint.Id["azure".Length..]}/deployments/{seen.Variant}",
        ["type"] = $"azureml.inference.{collection}",
        ["datacontenttype"] = "application/json",
        ["time"] = seen.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        ["data"] = data,
        // Inputs and outputs of one request are matched by this.
        ["correlationid"] = seen.EventId,
        ["xrequestid"] = seen.EventId,
        ["modelversion"] = "default",
        ["collectdatatype"] = data is JsonArray ? "pandas.core.frame.DataFrame" : "payload",
        ["agent"] = "isobar",
    };

    // All collections of one request are kept, or none: else inputs had no outputs.
    private static bool IsSampled(string id, double rate) => rate >= 1 || System.IO.Hashing.XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(id)) < rate * uint.MaxValue;
}
