using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Codecs;

/// <summary><c>{"predictions": [row, …]}</c>: a row is the only output's value, or an object by output. Outputs without rows go beside it, in <c>outputs</c>.</summary>
internal static class JsonTensorsWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(TensorBatch outputs, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to, Options);
        json.WriteStartObject();
        json.WriteStartArray("predictions");
        for (var row = 0; row < outputs.Rows; row++) WriteRow(json, outputs, row);
        json.WriteEndArray();
        var open = false;
        foreach (var tensor in outputs.Tensors)
        {
            if (HasRows(tensor, outputs.Rows)) continue;
            if (!open) json.WriteStartObject("outputs");
            open = true;
            json.WritePropertyName(tensor.Name);
            var at = 0;
            WriteNested(json, tensor, tensor.Shape, ref at);
        }
        if (open) json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteLines(TensorBatch outputs, IBufferWriter<byte> to)
    {
        for (var row = 0; row < outputs.Rows; row++)
        {
            using (var json = new Utf8JsonWriter(to, Options))
                WriteRow(json, outputs, row);
            to.GetSpan(1)[0] = (byte)'\n';
            to.Advance(1);
        }
    }

    private static void WriteRow(Utf8JsonWriter json, TensorBatch outputs, int row)
    {
        if (outputs.Count == 1 && HasRows(outputs[0], outputs.Rows))
        {
            WriteValue(json, outputs[0], row);
            return;
        }
        json.WriteStartObject();
        foreach (var tensor in outputs.Tensors)
        {
            if (!HasRows(tensor, outputs.Rows)) continue;
            json.WritePropertyName(tensor.Name);
            WriteValue(json, tensor, row);
        }
        json.WriteEndObject();
    }

    private static bool HasRows(NamedTensor tensor, int rows) => tensor.Shape.Length > 0 && tensor.Rows == rows;

    private static void WriteValue(Utf8JsonWriter json, NamedTensor tensor, int row)
    {
        var at = row * tensor.RowSize;
        if (tensor.Labels is not { } labels || labels.Count != tensor.RowSize)
        {
            WriteNested(json, tensor, tensor.Shape[1..], ref at);
            return;
        }
        json.WriteStartObject();
        foreach (var label in labels)
        {
            json.WritePropertyName(label);
            WriteElement(json, tensor, at++);
        }
        json.WriteEndObject();
    }

    private static void WriteNested(Utf8JsonWriter json, NamedTensor tensor, ReadOnlySpan<long> shape, ref int at)
    {
        if (shape.IsEmpty)
        {
            WriteElement(json, tensor, at++);
            return;
        }
        json.WriteStartArray();
        for (var i = 0; i < shape[0]; i++) WriteNested(json, tensor, shape[1..], ref at);
        json.WriteEndArray();
    }

    private static void WriteElement(Utf8JsonWriter json, NamedTensor tensor, int index)
    {
        if (tensor.Type == TensorElementType.String)
        {
            json.WriteStringValue(tensor.Strings[index]);
            return;
        }
        if (tensor.Type == TensorElementType.Bool)
        {
            json.WriteBooleanValue(tensor.Values<byte>()[index] != 0);
            return;
        }
        // JSON has no words for these; strings are what Python's and JavaScript's readers of protobuf JSON take for them.
        if (tensor.Number(index) is var number && !double.IsFinite(number))
        {
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
            return;
        }
        Span<byte> text = stackalloc byte[40];
        json.WriteRawValue(text[..Numbers.Format(tensor, index, text)], skipInputValidation: true);
    }
}
