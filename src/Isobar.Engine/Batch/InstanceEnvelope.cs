using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>How records are written that go to the model as instances.</summary>
public enum InstanceFormat
{
    /// <summary>A JSON value a line.</summary>
    JsonLines,
    /// <summary>CSV with a header, which is passed over; a row becomes an array, numbers as numbers.</summary>
    CsvWithHeader,
}

/// <summary>Records go to the model as <c>{"instances": [...], "parameters": ...}</c> and come out as <c>{"instance": ..., "prediction": ...}</c>, a line each, as Vertex AI's batch predictions do.</summary>
/// <param name="Format">How records are written.</param>
/// <param name="Parameters">JSON that goes with every request; null for none.</param>
public sealed record BatchInstances(InstanceFormat Format, string? Parameters = null);

/// <inheritdoc cref="BatchInstances"/>
internal sealed class InstanceEnvelope(BatchInstances spec) : IRecordShape
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public int Count(RecordGroup group) => group.Count - Header(group);

    public Result<byte[]?> Before(RecordGroup group)
    {
        if (Count(group) == 0) return Result<byte[]?>.Ok(null);
        if (!Instances(group).TryGet(out var instances, out var error)) return error;
        var body = new ArrayBufferWriter<byte>(group.Bytes.Length + 64);
        using (var json = new Utf8JsonWriter(body, Plain))
        {
            json.WriteStartObject();
            json.WriteStartArray("instances");
            foreach (var instance in instances) instance.WriteTo(json);
            json.WriteEndArray();
            if (spec.Parameters is { } parameters)
            {
                json.WritePropertyName("parameters");
                json.WriteRawValue(parameters);
            }
            json.WriteEndObject();
        }
        return body.WrittenSpan.ToArray();
    }

    public Result<byte[]> After(RecordGroup group, ReadOnlyMemory<byte> answer)
    {
        if (!Instances(group).TryGet(out var instances, out var error)) return error;
        JsonElement root;
        try { root = JsonElement.Parse(answer.Span); }
        catch (JsonException) { return new Error(ErrorCode.Internal, "the model did not answer in JSON"); }
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("predictions", out var inner)) root = inner;
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != instances.Count)
            return new Error(ErrorCode.Internal, $"the model gave {(root.ValueKind == JsonValueKind.Array ? root.GetArrayLength() : 0)} predictions for {instances.Count} instances, so that they cannot be matched");
        var lines = new ArrayBufferWriter<byte>(group.Bytes.Length + answer.Length);
        using var json = new Utf8JsonWriter(lines, Plain);
        for (var i = 0; i < instances.Count; i++)
        {
            json.WriteStartObject();
            json.WritePropertyName("instance");
            instances[i].WriteTo(json);
            json.WritePropertyName("prediction");
            root[i].WriteTo(json);
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
        }
        return lines.WrittenSpan.ToArray();
    }

    private int Header(RecordGroup group) => spec.Format == InstanceFormat.CsvWithHeader && group.First == 1 ? 1 : 0;

    private Result<List<JsonElement>> Instances(RecordGroup group)
    {
        var instances = new List<JsonElement>(group.Count);
        if (spec.Format == InstanceFormat.CsvWithHeader)
        {
            using var csv = new CsvParser(new StringReader(Encoding.UTF8.GetString(group.Bytes)), new CsvConfiguration(CultureInfo.InvariantCulture) { IgnoreBlankLines = true, BadDataFound = null });
            for (var skip = Header(group); csv.Read(); skip--)
            {
                if (skip <= 0) instances.Add(Row(csv.Record!));
            }
            return instances;
        }
        var number = group.First;
        foreach (var line in Encoding.UTF8.GetString(group.Bytes).Split('\n').Where(l => !string.IsNullOrWhiteSpace(l)))
        {
            try { instances.Add(JsonElement.Parse(line)); }
            catch (JsonException) { return new Error(ErrorCode.InvalidArgument, $"record {number} is not JSON"); }
            number++;
        }
        return instances;
    }

    private static JsonElement Row(string[] cells)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartArray();
            foreach (var cell in cells)
            {
                if (cell.Length == 0) json.WriteNullValue();
                else if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) json.WriteNumberValue(number);
                else json.WriteStringValue(cell);
            }
            json.WriteEndArray();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
