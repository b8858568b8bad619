using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>Filters records before the model, joins them with its answers, and filters the result. Records and answers are matched line by line.</summary>
internal sealed class DataProcessing : IRecordShape
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly RecordPath _input;
    private readonly RecordPath _output;
    private readonly bool _join;
    private readonly bool _csv;
    private readonly bool _whole;

    private DataProcessing(RecordPath input, RecordPath output, bool join, bool csv, bool whole) => (_input, _output, _join, _csv, _whole) = (input, output, join, csv, whole);

    /// <summary>Reads the filters; null where there is nothing to do.</summary>
    public static Result<DataProcessing?> Of(BatchSpec spec)
    {
        if (spec.Processing is not { } asked) return Result<DataProcessing?>.Ok(null);
        if (!RecordPath.Parse(asked.InputFilter).TryGet(out var input, out var error)) return error;
        if (!RecordPath.Parse(asked.OutputFilter).TryGet(out var output, out error)) return error;
        if (input.IsWhole && output.IsWhole && !asked.JoinInput) return Result<DataProcessing?>.Ok(null);
        var csv = Media(spec.ContentType) == "text/csv";
        if (!csv && Media(spec.ContentType) is not ("application/json" or "application/jsonlines"))
            return Error.Invalid("contentType", spec.ContentType, $"Filters and joins need text/csv, application/json or application/jsonlines, not '{spec.ContentType}'.");
        return new DataProcessing(input, output, asked.JoinInput, csv, !csv && spec.Split == BatchSplit.None);
    }

    public Result<byte[]> Before(RecordGroup group)
    {
        if (_input.IsWhole) return group.Bytes;
        var filtered = new ArrayBufferWriter<byte>(group.Bytes.Length);
        var number = group.First;
        foreach (var line in Records(group.Bytes))
        {
            if (!Parse(line, number).TryGet(out var record, out var error)) return error;
            if (_input.Apply(record) is not { } kept) return new Error(ErrorCode.InvalidArgument, $"the input filter finds nothing in record {number}");
            Write(kept, filtered);
            number++;
        }
        return filtered.WrittenSpan.ToArray();
    }

    public Result<byte[]> After(RecordGroup group, ReadOnlyMemory<byte> answer)
    {
        if (_output.IsWhole && !_join) return answer.ToArray();
        var (records, answers) = (Records(group.Bytes), Records(answer));
        if (records.Count != answers.Count)
            return new Error(ErrorCode.InvalidArgument, $"the model gave {answers.Count} lines for {records.Count} records, so that they cannot be matched");
        var result = new ArrayBufferWriter<byte>(group.Bytes.Length + answer.Length);
        for (var i = 0; i < records.Count; i++)
        {
            if (!Parse(answers[i], group.First + i).TryGet(out var node, out var error)) return error;
            if (_join)
            {
                if (!Parse(records[i], group.First + i).TryGet(out var record, out error)) return error;
                node = Join(record, node);
            }
            if (_output.Apply(node) is not { } kept) return new Error(ErrorCode.InvalidArgument, $"the output filter finds nothing in the result for record {group.First + i}");
            Write(kept, result);
        }
        return result.WrittenSpan.ToArray();
    }

    // For CSV the answer's columns follow the record's. For JSON the answer becomes a property of the record, where that is an object.
    private JsonNode Join(JsonNode? record, JsonNode? answer)
    {
        if (_csv) return new JsonArray([.. record!.AsArray().Select(n => n?.DeepClone()), .. answer!.AsArray().Select(n => n?.DeepClone())]);
        if (record is JsonObject o)
        {
            o["SageMakerOutput"] = answer;
            return o;
        }
        return new JsonObject { ["SageMakerInput"] = record, ["SageMakerOutput"] = answer };
    }

    private List<ReadOnlyMemory<byte>> Records(ReadOnlyMemory<byte> bytes)
    {
        if (_whole) return [bytes];
        var lines = new List<ReadOnlyMemory<byte>>();
        while (!bytes.IsEmpty)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            line = line.TrimEnd((byte)'\r');
            if (!line.IsEmpty) lines.Add(line);
        }
        return lines;
    }

    private Result<JsonNode?> Parse(ReadOnlyMemory<byte> record, long number)
    {
        if (_csv) return new JsonArray([.. Fields(Encoding.UTF8.GetString(record.Span)).Select(f => (JsonNode)JsonValue.Create(f))]);
        try
        {
            return Result<JsonNode?>.Ok(JsonNode.Parse(record.Span));
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"record {number} or the answer to it is not JSON: {e.Message}");
        }
    }

    private void Write(JsonNode node, IBufferWriter<byte> to)
    {
        if (_csv)
        {
            // The fields were kept as they stood in the file, quotes and all.
            var text = node is JsonArray fields ? string.Join(',', fields.Select(f => f?.GetValue<string>())) : node.GetValue<string>();
            to.Write(Encoding.UTF8.GetBytes(text));
        }
        else
        {
            to.Write(Encoding.UTF8.GetBytes(node.ToJsonString(Plain)));
        }
        if (!_whole) to.Write("\n"u8);
    }

    private static IEnumerable<string> Fields(string line)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                yield return line[start..i];
                start = i + 1;
            }
        }
        yield return line[start..];
    }

    private static string Media(string? type) => (type ?? "").Split(';')[0].Trim().ToLowerInvariant();
}
