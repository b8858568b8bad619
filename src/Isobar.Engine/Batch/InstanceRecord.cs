using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>A record with its fields, as far as it has names for them, and what of it the model and the reader of the output see.</summary>
internal sealed class InstanceRecord(BatchInstances spec, IReadOnlyList<KeyValuePair<string, JsonElement>>? fields, JsonElement? whole)
{
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A line of JSON.</summary>
    public static Result<InstanceRecord> Read(BatchInstances spec, string line, long number)
    {
        JsonElement json;
        try { json = JsonElement.Parse(line); }
        catch (JsonException) { return new Error(ErrorCode.InvalidArgument, $"record {number} is not JSON"); }
        var named = json.ValueKind == JsonValueKind.Object;
        var needed = spec.Key is not null || spec.Include.Count + spec.Exclude.Count > 0;
        if (!named && (spec.Kind == InstanceKind.Object || needed)) return new Error(ErrorCode.InvalidArgument, $"record {number} is no JSON object");
        if (named && spec.Kind == InstanceKind.Array && spec.Include.Count == 0) return new Error(ErrorCode.InvalidArgument, $"record {number} is a JSON object: the order of an array's values is said by included fields alone");
        if (!named && spec.Kind == InstanceKind.Array && json.ValueKind != JsonValueKind.Array) return new Error(ErrorCode.InvalidArgument, $"record {number} is neither a JSON array nor an object");
        List<KeyValuePair<string, JsonElement>>? fields = named && (needed || spec.Kind == InstanceKind.Array) ? [.. json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value))] : null;
        if (spec.Key is { } key && fields!.All(f => f.Key != key)) return new Error(ErrorCode.InvalidArgument, $"record {number} has no key field '{key}'");
        return new InstanceRecord(spec, fields, json);
    }

    /// <summary>A row of a table.</summary>
    public static Result<InstanceRecord> Read(BatchInstances spec, IReadOnlyList<string> columns, IReadOnlyList<string> cells, long number) => cells.Count == columns.Count
        ? new InstanceRecord(spec, [.. columns.Select((c, i) => KeyValuePair.Create(c, Cell(cells[i])))], null)
        : new Error(ErrorCode.InvalidArgument, $"record {number} has {cells.Count} cells; the header has {columns.Count}");

    /// <summary>What the model sees.</summary>
    public void WriteInstance(Utf8JsonWriter json)
    {
        if (fields is null) whole!.Value.WriteTo(json);
        else if (spec.Include.Count > 0) Write(json, spec.Include.Select(n => fields.FirstOrDefault(f => f.Key == n)).Where(f => f.Key is not null || IsArray));
        else Write(json, fields.Where(f => f.Key != spec.Key && !spec.Exclude.Contains(f.Key)));
    }

    /// <summary>What stands in the output in front of the prediction.</summary>
    public void WriteSubject(Utf8JsonWriter json)
    {
        json.WritePropertyName(spec.Key is null ? "instance" : "key");
        if (spec.Key is { } key) fields!.First(f => f.Key == key).Value.WriteTo(json);
        else if (fields is not null && spec.Exclude.Count > 0) Write(json, fields);
        else WriteInstance(json);
    }

    private bool IsArray => spec.Kind == InstanceKind.Array || (whole is null && spec.Kind != InstanceKind.Object);

    private void Write(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, JsonElement>> shown)
    {
        if (IsArray) json.WriteStartArray();
        else json.WriteStartObject();
        foreach (var (name, value) in shown)
        {
            if (!IsArray) json.WritePropertyName(name);
            // A field that an array has a place for and the record lacks.
            if (value.ValueKind == JsonValueKind.Undefined) json.WriteNullValue();
            else value.WriteTo(json);
        }
        if (IsArray) json.WriteEndArray();
        else json.WriteEndObject();
    }

    private static JsonElement Cell(string cell) =>
        cell.Length == 0 ? JsonElement.Parse("null")
        : double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonElement.Parse(number.ToString("R", CultureInfo.InvariantCulture))
        : JsonElement.Parse("\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(cell) + "\"");
}
