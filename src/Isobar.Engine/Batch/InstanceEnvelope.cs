using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <inheritdoc cref="BatchInstances"/>
internal sealed class InstanceEnvelope(BatchInstances spec) : IRecordShape
{
    private static readonly CsvConfiguration Table = new(CultureInfo.InvariantCulture) { IgnoreBlankLines = true, BadDataFound = null };

    public Result<byte[]> Before(RecordGroup group)
    {
        if (!Records(group).TryGet(out var records, out var error)) return error;
        var body = new ArrayBufferWriter<byte>(group.Bytes.Length + 64);
        using (var json = new Utf8JsonWriter(body, InstanceRecord.Plain))
        {
            json.WriteStartObject();
            json.WriteStartArray("instances");
            foreach (var record in records) record.WriteInstance(json);
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
        if (!Records(group).TryGet(out var records, out var error)) return error;
        JsonElement root;
        try { root = JsonElement.Parse(answer.Span); }
        catch (JsonException) { return new Error(ErrorCode.Internal, "the model did not answer in JSON"); }
        JsonElement explanations = default;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("predictions", out var inner))
        {
            if (root.TryGetProperty("explanations", out var given) && given.ValueKind == JsonValueKind.Array && given.GetArrayLength() == records.Count) explanations = given;
            root = inner;
        }
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != records.Count)
            return new Error(ErrorCode.Internal, $"the model gave {(root.ValueKind == JsonValueKind.Array ? root.GetArrayLength() : 0)} predictions for {records.Count} instances, so that they cannot be matched");
        var lines = new ArrayBufferWriter<byte>(group.Bytes.Length + answer.Length);
        using var json = new Utf8JsonWriter(lines, InstanceRecord.Plain);
        for (var i = 0; i < records.Count; i++)
        {
            json.WriteStartObject();
            records[i].WriteSubject(json);
            json.WritePropertyName("prediction");
            root[i].WriteTo(json);
            if (explanations.ValueKind == JsonValueKind.Array)
            {
                json.WritePropertyName("explanation");
                explanations[i].WriteTo(json);
            }
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
        }
        return lines.WrittenSpan.ToArray();
    }

    private Result<List<InstanceRecord>> Records(RecordGroup group)
    {
        var (records, number) = (new List<InstanceRecord>(group.Count), group.First);
        if (spec.Format == InstanceFormat.CsvWithHeader)
        {
            var columns = Rows(group.Header ?? []).FirstOrDefault() ?? [];
            foreach (var row in Rows(group.Bytes))
            {
                if (!InstanceRecord.Read(spec, columns, row, number++).TryGet(out var record, out var error)) return error;
                records.Add(record);
            }
            return records;
        }
        foreach (var line in Encoding.UTF8.GetString(group.Bytes).Split('\n').Where(l => !string.IsNullOrWhiteSpace(l)))
        {
            if (!InstanceRecord.Read(spec, line, number++).TryGet(out var record, out var error)) return error;
            records.Add(record);
        }
        return records;
    }

    private static IEnumerable<string[]> Rows(byte[] bytes)
    {
        using var csv = new CsvParser(new StringReader(Encoding.UTF8.GetString(bytes)), Table);
        while (csv.Read()) yield return csv.Record!;
    }
}
