using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>
/// Instances are objects by column, numbers as such or as texts, and what is missing is missing. Predictions are
/// <c>{"classes": […], "scores": […]}</c>, or <c>{"value", "lower_bound", "upper_bound"}</c>.
/// </summary>
internal sealed class AutoMlCodec(OnnxSignature signature, ModelManifest manifest, double? lower, double? upper) : IInvocationCodec
{
    private readonly bool _wide = manifest.IsNumeric && signature.Inputs is [{ Name: "features" }];
    private readonly HashSet<string>?[] _categories = [.. manifest.Columns.Select(c => c.Categories is { } known ? known.ToHashSet() : null)];

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("instances", out var instances) || instances.ValueKind != JsonValueKind.Array || instances.GetArrayLength() == 0)
                return new Error(ErrorCode.InvalidArgument, "The body is not {\"instances\": [{…}, …]}.");
            into.Rows = instances.GetArrayLength();
            if (_wide) into[0].Reset(into.Rows, manifest.Columns.Count);
            var row = 0;
            foreach (var instance in instances.EnumerateArray())
            {
                if (instance.ValueKind != JsonValueKind.Object) return new Error(ErrorCode.InvalidArgument, $"Instance {row + 1} is not an object of columns.");
                for (var c = 0; c < manifest.Columns.Count; c++)
                    if (Fill(into, instance, row, c) is { } fault) return fault;
                row++;
            }
            return Done.Value;
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The body is not JSON: {e.Message}");
        }
    }

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteStartArray("predictions");
        var values = outputs.Find(manifest.Classes is null ? "score" : "probabilities")!;
        for (var row = 0; row < outputs.Rows; row++)
        {
            json.WriteStartObject();
            if (manifest.Classes is { } classes)
            {
                json.WriteStartArray("classes");
                foreach (var name in classes) json.WriteStringValue(name);
                json.WriteEndArray();
                json.WriteStartArray("scores");
                for (var c = 0; c < classes.Count; c++) json.WriteNumberValue((float)values.Number(row * classes.Count + c));
                json.WriteEndArray();
            }
            else
            {
                var value = values.Number(row);
                json.WriteNumber("value", (float)value);
                if (lower is { } low) json.WriteNumber("lower_bound", (float)(value + low));
                if (upper is { } high) json.WriteNumber("upper_bound", (float)(value + high));
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return "application/json";
    }

    private Error? Fill(TensorBatch into, JsonElement instance, int row, int column)
    {
        var of = manifest.Columns[column];
        var there = instance.TryGetProperty(of.Name, out var value) && value.ValueKind != JsonValueKind.Null;
        var tensor = _wide ? into[0] : into.Find(of.Input);
        // A column that the graph does not read needs no value.
        if (tensor is null) return null;
        if (!_wide && row == 0) tensor.Reset(into.Rows, 1);
        if (tensor.Type == TensorElementType.String)
        {
            tensor.Strings[row] = there ? Word(value, _categories[column]) : "";
            return null;
        }
        var number = float.NaN;
        if (there && !Read(value, out number)) return new Error(ErrorCode.InvalidArgument, $"Instance {row + 1}: the column '{of.Name}' is {Cut(value.GetRawText())}, not a number.");
        return tensor.TrySetNumber(_wide ? row * manifest.Columns.Count + column : row, number) ? null : new Error(ErrorCode.InvalidArgument, $"Instance {row + 1}: the column '{of.Name}' does not fit the model.");
    }

    private static bool Read(JsonElement value, out float number)
    {
        number = float.NaN;
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                number = (float)value.GetDouble();
                return true;
            case JsonValueKind.True or JsonValueKind.False:
                number = value.GetBoolean() ? 1 : 0;
                return true;
            case JsonValueKind.String:
                return value.GetString() is not { Length: > 0 } text || float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
            default:
                return false;
        }
    }

    // Categories of a column of numbers are written as the trainer writes numbers.
    private static string Word(JsonElement value, HashSet<string>? categories)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return categories is null || categories.Contains(text) || !float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? text : number.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string Cut(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
