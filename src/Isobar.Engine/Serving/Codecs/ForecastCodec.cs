using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.AutoMl.Forecasting;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>A period of a forecast.</summary>
/// <param name="Item">The series; empty where there is one.</param>
/// <param name="Time">When the period begins, in UTC.</param>
/// <param name="Mean">What is expected.</param>
/// <param name="Quantiles">A value for each of the layout's quantiles.</param>
public sealed record ForecastRow(string Item, DateTime Time, float Mean, IReadOnlyList<float> Quantiles);

/// <summary>
/// Requests to a forecasting model: rows as it was trained on, those of an item's past and, with an empty target, of what is known ahead; as CSV with a header,
/// as JSON (<c>{"instances": [{…}]}</c>) or JSON lines. Replies: a row an item and period, with <c>mean</c> and the quantiles <c>p10</c>, …
/// </summary>
public sealed class ForecastCodec : IInvocationCodec
{
    private readonly ForecastLayout _layout;
    private readonly Frequency _frequency;
    private readonly ForecastWindows _shape;
    private readonly IReadOnlyList<string> _columns;

    private ForecastCodec(ForecastLayout layout, Frequency frequency, IReadOnlyList<string> columns) =>
        (_layout, _frequency, _shape, _columns) = (layout, frequency, new ForecastWindows(layout.Context, layout.Horizon, frequency, layout.KnownAhead.Count), columns);

    /// <summary>The codec of a model, where its manifest says that it forecasts; otherwise null.</summary>
    public static ForecastCodec? For(ModelManifest? manifest) =>
        manifest?.Forecast is { } layout && Frequency.Parse(layout.Frequency).TryGet(out var frequency, out _) ? new ForecastCodec(layout, frequency, [.. manifest.Columns.Select(c => c.Name)]) : null;

    /// <inheritdoc/>
    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        if (!Table(contentType, body).TryGet(out var table, out var error)) return error;
        if (!SeriesReader.Read(table, _layout, _frequency).TryGet(out var series, out error)) return error;
        if (series.Count == 0) return new Error(ErrorCode.InvalidArgument, $"No row has a value of '{_layout.Target}' to look back on.");
        NamedTensor history = into.Find(ForecastGraph.History)!, item = into.Find(ForecastGraph.Item)!, period = into.Find(ForecastGraph.Period)!;
        history.Reset(series.Count, _layout.Context);
        item.Reset(series.Count, 1);
        period.Reset(series.Count, 1);
        var ahead = into.Find(ForecastGraph.Ahead);
        ahead?.Reset(series.Count, _layout.Horizon * _shape.AheadWidth);
        for (var i = 0; i < series.Count; i++)
        {
            var values = new List<float>(_layout.Context);
            ForecastWindows.FillHistory(series[i], series[i].Values.Length, values, _layout.Context);
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values).CopyTo(history.Values<float>()[(i * _layout.Context)..]);
            if (ahead is not null) _shape.AheadOf(series[i], series[i].End).CopyTo(ahead.Values<float>()[(i * ahead.RowSize)..]);
            item.Strings[i] = series[i].Item;
            period.Values<long>()[i] = series[i].End;
        }
        into.Rows = series.Count;
        return Done.Value;
    }

    /// <inheritdoc/>
    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        var kind = MediaTypes.Choose(accept);
        if (kind == MediaKind.Csv)
        {
            to.Write(Encoding.UTF8.GetBytes(string.Join(',', Names().Select(Quoted)) + "\n"));
            foreach (var row in Rows(outputs)) to.Write(Encoding.UTF8.GetBytes(string.Join(',', row.Select(v => v is string text ? Quoted(text) : Number((float)v))) + "\n"));
            return "text/csv";
        }
        if (kind is not (MediaKind.Json or MediaKind.JsonLines)) return new Error(ErrorCode.Unimplemented, $"Nothing in '{accept}' can be written; accept text/csv, application/json or application/jsonlines.");
        var names = Names();
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true });
        if (kind == MediaKind.Json) to.Write("{\"predictions\":["u8);
        var first = true;
        foreach (var row in Rows(outputs))
        {
            if (!first && kind == MediaKind.Json) to.Write(","u8);
            first = false;
            json.Reset();
            json.WriteStartObject();
            for (var c = 0; c < names.Count; c++)
            {
                if (row[c] is string text) json.WriteString(names[c], text);
                else json.WriteNumber(names[c], (float)row[c]);
            }
            json.WriteEndObject();
            json.Flush();
            if (kind == MediaKind.JsonLines) to.Write("\n"u8);
        }
        if (kind == MediaKind.Json) to.Write("]}"u8);
        return kind == MediaKind.Json ? "application/json" : "application/jsonlines";
    }

    private List<string> Names() => [.. _layout.Item.Length > 0 ? [_layout.Item] : Array.Empty<string>(), _layout.Time, "mean", .. _layout.Quantiles.Select(ForecastLayout.NameOf)];

    private IEnumerable<object[]> Rows(TensorBatch outputs) =>
        Read(outputs).Select(object[] (row) => [.. _layout.Item.Length > 0 ? [row.Item] : Array.Empty<object>(), row.Time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), row.Mean, .. row.Quantiles.Cast<object>()]);

    /// <summary>The forecast in the model's outputs: a row an item and period.</summary>
    public IEnumerable<ForecastRow> Read(TensorBatch outputs)
    {
        NamedTensor mean = outputs.Find("mean")!, quantiles = outputs.Find("quantiles")!, items = outputs.Find(ForecastGraph.Item + "_of")!, periods = outputs.Find(ForecastGraph.Period + "_of")!;
        var count = _layout.Quantiles.Count;
        for (var i = 0; i < outputs.Rows; i++)
            for (var h = 0; h < _layout.Horizon; h++)
                yield return new ForecastRow(items.Strings[i], _frequency.StartOf(periods.Values<long>()[i] + h), mean.Values<float>()[i * _layout.Horizon + h], quantiles.Values<float>().Slice((i * _layout.Horizon + h) * count, count).ToArray());
    }

    private Result<DataTable> Table(string? contentType, ReadOnlyMemory<byte> body)
    {
        var kind = MediaTypes.Of(contentType ?? "text/csv");
        if (kind == MediaKind.Json)
        {
            if (!Lines(body).TryGet(out var lines, out var error)) return error;
            body = lines;
        }
        else if (kind is not (MediaKind.Csv or MediaKind.JsonLines)) return new Error(ErrorCode.Unimplemented, $"The content type '{contentType}' is not taken; send text/csv, application/json or application/jsonlines.");
        if (kind == MediaKind.Csv && !FirstLine(body).Contains(_layout.Time, StringComparison.Ordinal))
        {
            var header = Encoding.UTF8.GetBytes(string.Join(',', _columns.Select(Quoted)) + "\n");
            body = new ReadOnlyMemory<byte>([.. header, .. body.Span]);
        }
        // From memory: nothing is waited for.
        return TableReader.ReadAsync(new MemoryStream(body.ToArray()), "The body", kind == MediaKind.Csv ? DataFormat.CsvWithHeader : DataFormat.JsonLines).GetAwaiter().GetResult();
    }

    private static string FirstLine(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span[..(body.Span.IndexOf((byte)'\n') is >= 0 and var end ? end : body.Length)]);

    private static Result<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var instances = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("instances", out var inner) ? inner : root;
            if (instances.ValueKind != JsonValueKind.Array) return new Error(ErrorCode.InvalidArgument, "The body must be {\"instances\": [{…}]} or an array of rows, each an object by column.");
            return new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(string.Join('\n', instances.EnumerateArray().Select(i => JsonSerializer.Serialize(i, JsonElementJson.Default.JsonElement)))));
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    private static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().IndexOfAny("\",\n\r") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

/// <summary>Writes an element on one line.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class JsonElementJson : System.Text.Json.Serialization.JsonSerializerContext;
