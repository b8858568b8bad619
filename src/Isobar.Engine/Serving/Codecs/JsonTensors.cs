using System.Text.Json;
using Isobar.Core.Results;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>
/// JSON bodies: <c>{"instances": [row, …]}</c> or a bare array of rows, where a row is a value, nested arrays or an object by input;
/// or <c>{"inputs": …}</c>, whole tensors by input.
/// </summary>
internal static class JsonTensors
{
    public static Result<Done> Read(OnnxSignature signature, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array) return JsonRows.Read(signature, [.. root.EnumerateArray()], into);
            if (root.ValueKind != JsonValueKind.Object) return Shape();
            if (root.TryGetProperty("instances", out var instances) && instances.ValueKind == JsonValueKind.Array)
                return JsonRows.Read(signature, [.. instances.EnumerateArray()], into);
            if (root.TryGetProperty("inputs", out var inputs)) return JsonRows.ReadWhole(signature, inputs, into);
            // One row by input.
            return signature.Inputs.Any(p => root.TryGetProperty(p.Name, out _)) ? JsonRows.Read(signature, [root], into) : Shape();
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    public static Result<Done> ReadLines(OnnxSignature signature, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        var documents = new List<JsonDocument>();
        try
        {
            while (!body.IsEmpty)
            {
                var end = body.Span.IndexOf((byte)'\n');
                var line = end < 0 ? body : body[..end];
                body = end < 0 ? default : body[(end + 1)..];
                if (line.Span.Trim(" \r\t"u8).IsEmpty) continue;
                try
                {
                    documents.Add(JsonDocument.Parse(line));
                }
                catch (JsonException e)
                {
                    return new Error(ErrorCode.InvalidArgument, $"Row {documents.Count + 1} is not JSON: byte {e.BytePositionInLine + 1}.");
                }
            }
            return JsonRows.Read(signature, [.. documents.Select(d => Unwrap(signature, d.RootElement))], into);
        }
        finally
        {
            foreach (var document in documents) document.Dispose();
        }
    }

    // {"features": […]}, the usual wrapping of a row for a model of one input.
    private static JsonElement Unwrap(OnnxSignature signature, JsonElement row) =>
        signature.Inputs.Count == 1 && row.ValueKind == JsonValueKind.Object && !row.TryGetProperty(signature.Inputs[0].Name, out _) && row.TryGetProperty("features", out var features) ? features : row;

    private static Error Shape() => new(ErrorCode.InvalidArgument, "The body must be {\"instances\": [row, …]}, {\"inputs\": {name: values}} or an array of rows.");
}
