using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.AutoMl.Forecasting;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.V1;
using EngineCodec = Isobar.Engine.Serving.Codecs.ForecastCodec;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>Forecasts as Vertex AI writes them: a row a series and period, with <c>predicted_TARGET</c>, which holds <c>value</c> and, where the loss was the quantiles', <c>quantile_values</c> and <c>quantile_predictions</c>.</summary>
internal sealed class ForecastCodec(EngineCodec rows, ForecastLayout layout, bool quantiles) : IInvocationCodec
{
    /// <summary>The setting that asks for quantiles.</summary>
    public const string Quantiles = "ISOBAR_QUANTILES";
    private const string Field = "quantiles";

    public static Value Metadata(bool quantiles) => Value.ForStruct(new Struct { Fields = { [Field] = Value.ForBool(quantiles) } });

    public static IReadOnlyDictionary<string, string> Settings(Model model) => new Dictionary<string, string> { [Quantiles] = DatasetStore.Field(model.Metadata, Field) is { BoolValue: true } ? "true" : "false" };

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into) => rows.Decode(contentType, body, into);

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to) => accept switch
    {
        "text/csv" => Csv(outputs, to),
        "application/jsonlines" or "application/jsonl" => Json(outputs, to, lines: true),
        null or "application/json" or "*/*" => Json(outputs, to, lines: false),
        _ => new Error(ErrorCode.Unimplemented, $"Nothing in '{accept}' can be written; accept text/csv, application/json or application/jsonlines."),
    };

    private Result<string> Json(TensorBatch outputs, IBufferWriter<byte> to, bool lines)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true });
        if (!lines) to.Write("{\"predictions\":["u8);
        var first = true;
        foreach (var row in rows.Read(outputs))
        {
            if (!first && !lines) to.Write(","u8);
            first = false;
            json.Reset();
            json.WriteStartObject();
            json.WriteString(layout.Item, row.Item);
            json.WriteString(layout.Time, Text(row.Time));
            json.WriteStartObject("predicted_" + layout.Target);
            if (quantiles)
            {
                json.WriteStartArray("quantile_values");
                foreach (var share in layout.Quantiles) json.WriteNumberValue(share);
                json.WriteEndArray();
                json.WriteStartArray("quantile_predictions");
                foreach (var value in row.Quantiles) json.WriteNumberValue(value);
                json.WriteEndArray();
            }
            json.WriteNumber("value", row.Mean);
            json.WriteEndObject();
            json.WriteEndObject();
            json.Flush();
            if (lines) to.Write("\n"u8);
        }
        if (!lines) to.Write("]}"u8);
        return lines ? "application/jsonlines" : "application/json";
    }

    private Result<string> Csv(TensorBatch outputs, IBufferWriter<byte> to)
    {
        var predicted = "predicted_" + layout.Target;
        string[] names = [layout.Item, layout.Time, .. quantiles ? [predicted + ".quantile_values", predicted + ".quantile_predictions"] : Array.Empty<string>(), predicted + ".value"];
        Line(names);
        foreach (var row in rows.Read(outputs))
            Line([row.Item, Text(row.Time), .. quantiles ? [List(layout.Quantiles), List(row.Quantiles.Select(q => (double)q))] : Array.Empty<string>(), row.Mean.ToString("R", CultureInfo.InvariantCulture)]);
        return "text/csv";

        void Line(IEnumerable<string> cells) => to.Write(Encoding.UTF8.GetBytes(string.Join(',', cells.Select(Quoted)) + "\n"));
    }

    private static string List(IEnumerable<double> values) => $"[{string.Join(", ", values.Select(v => ((float)v).ToString("R", CultureInfo.InvariantCulture)))}]";

    // Days and what is longer are written as dates, as their data is.
    private string Text(DateTime time) => time.ToString(layout.Frequency[^1] is 'H' or 'n' ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().IndexOfAny("\",\n\r") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
