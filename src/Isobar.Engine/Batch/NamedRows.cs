using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>
/// Rows of CSV files with a header go to the model as <c>{"ENVELOPE": {"columns": [...], "data": [[...]]}}</c> and come out as lines <c>row,prediction,file</c>:
/// the row's number from 0, what the model answered, and the name of the file.
/// </summary>
/// <param name="Envelope">The name that the model's codec knows, such as <c>input_data</c>.</param>
public sealed record BatchRows(string Envelope);

/// <inheritdoc cref="BatchRows"/>
internal sealed class NamedRows(BatchRows spec) : IRecordShape
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    // The header is the first record.
    private const int FirstRow = 2;
    private static readonly CsvConfiguration Format = new(CultureInfo.InvariantCulture) { IgnoreBlankLines = true, BadDataFound = null };

    public Result<byte[]> Before(RecordGroup group)
    {
        if (Read(Encoding.UTF8.GetString(group.Header ?? []).TrimStart('\uFEFF')) is not [var columns]) return new Error(ErrorCode.InvalidArgument, "the file has no header");
        var body = new ArrayBufferWriter<byte>(group.Bytes.Length + 256);
        using var json = new Utf8JsonWriter(body, Plain);
        json.WriteStartObject();
        json.WriteStartObject(spec.Envelope);
        json.WriteStartArray("columns");
        foreach (var column in columns) json.WriteStringValue(column);
        json.WriteEndArray();
        json.WriteStartArray("data");
        var number = group.First;
        foreach (var row in Read(Encoding.UTF8.GetString(group.Bytes)))
        {
            if (row.Length != columns.Length) return new Error(ErrorCode.InvalidArgument, $"record {number} has {row.Length} values; the header names {columns.Length}");
            json.WriteStartArray();
            foreach (var cell in row) Write(json, cell);
            json.WriteEndArray();
            number++;
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return body.WrittenSpan.ToArray();
    }

    public Result<byte[]> After(RecordGroup group, ReadOnlyMemory<byte> answer)
    {
        JsonElement answers;
        try { answers = JsonElement.Parse(answer.Span); }
        catch (JsonException) { return new Error(ErrorCode.Internal, "the model did not answer in JSON"); }
        if (answers.ValueKind != JsonValueKind.Array || answers.GetArrayLength() != group.Count)
            return new Error(ErrorCode.Internal, $"the model gave {(answers.ValueKind == JsonValueKind.Array ? answers.GetArrayLength() : 0)} predictions for {group.Count} rows, so that they cannot be matched");
        var file = Field(Path.GetFileName(group.Source ?? ""));
        var lines = new StringBuilder();
        for (var i = 0; i < group.Count; i++)
        {
            var prediction = answers[i].ValueKind == JsonValueKind.String ? answers[i].GetString()! : answers[i].GetRawText();
            lines.Append(CultureInfo.InvariantCulture, $"{group.First - FirstRow + i},{Field(prediction)},{file}\n");
        }
        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private static List<string[]> Read(string text)
    {
        var rows = new List<string[]>();
        using var csv = new CsvParser(new StringReader(text), Format);
        while (csv.Read()) rows.Add(csv.Record!);
        return rows;
    }

    private static void Write(Utf8JsonWriter json, string cell)
    {
        if (cell.Length == 0) json.WriteNullValue();
        else if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteStringValue(cell);
    }

    private static string Field(string text) => text.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
