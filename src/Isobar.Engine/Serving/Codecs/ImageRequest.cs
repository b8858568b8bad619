using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.AutoMl.Images;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>
/// Requests to a model of pictures: the file itself (<c>image/*</c>, <c>application/x-image</c>), or JSON of one or more: <c>{"instances": [{"content": base64}, …]}</c>,
/// where an instance may be the text alone, or have its text in <c>b64</c> or <c>image_bytes.b64</c>.
/// </summary>
public static class ImageRequest
{
    private const int MaxImages = 64;

    /// <summary>Whether a graph takes pictures as the engine's own models do.</summary>
    public static bool Fits(OnnxSignature signature) =>
        signature.Inputs is [{ Name: ImageBackbone.Input, Type: TensorElementType.UInt8, Dimensions: [_, ImagePixels.Size, ImagePixels.Size, ImagePixels.Channels] }];

    /// <summary>Decodes the pictures of a body into the graph's input. <see cref="ErrorCode.InvalidArgument"/> names the instance; <see cref="ErrorCode.Unimplemented"/>: a content type that is not taken.</summary>
    public static Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        var type = (contentType ?? "application/x-image").Split(';')[0].Trim();
        if (type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) || type.Equals("application/x-image", StringComparison.OrdinalIgnoreCase)) return Fill([body], into);
        var lines = MediaTypes.Of(type) == MediaKind.JsonLines;
        if (!lines && MediaTypes.Of(type) != MediaKind.Json) return new Error(ErrorCode.Unimplemented, $"The content type '{contentType}' is not taken by a model of pictures; send image/jpeg, image/png, application/json or application/jsonlines.");
        try
        {
            var files = new List<ReadOnlyMemory<byte>>();
            foreach (var instance in lines ? Lines(body) : Instances(body))
            {
                if (files.Count == MaxImages) return new Error(ErrorCode.InvalidArgument, $"A request takes at most {MaxImages} pictures.");
                if (Text(instance) is not { } text) return new Error(ErrorCode.InvalidArgument, $"Instance {files.Count + 1} has no picture: write {{\"content\": base64}}.");
                files.Add(Convert.FromBase64String(text));
            }
            return files.Count == 0 ? new Error(ErrorCode.InvalidArgument, "The request has no instances.") : Fill(files, into);
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (FormatException)
        {
            return new Error(ErrorCode.InvalidArgument, "The content of an instance is not base64.");
        }
    }

    private static Result<Done> Fill(IReadOnlyList<ReadOnlyMemory<byte>> files, TensorBatch into)
    {
        var tensor = into[0];
        tensor.Reset([files.Count, ImagePixels.Size, ImagePixels.Size, ImagePixels.Channels]);
        for (var i = 0; i < files.Count; i++)
        {
            if (ImagePixels.Decode(files[i].Span, tensor.Bytes.Slice(i * ImagePixels.Length, ImagePixels.Length)) is { } fault)
                return new Error(fault.Code, files.Count == 1 ? $"The picture cannot be read. {fault.Message}" : $"Instance {i + 1} cannot be read. {fault.Message}");
        }
        into.Rows = files.Count;
        return Done.Value;
    }

    private static List<JsonElement> Instances(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement.Clone();
        if (root.ValueKind == JsonValueKind.Array) return [.. root.EnumerateArray()];
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("instances", out var instances) && instances.ValueKind == JsonValueKind.Array ? [.. instances.EnumerateArray()] : [root];
    }

    private static IEnumerable<JsonElement> Lines(ReadOnlyMemory<byte> body)
    {
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Span.Trim(" \r\t"u8).IsEmpty) continue;
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? Text(JsonElement instance)
    {
        if (instance.ValueKind == JsonValueKind.String) return instance.GetString();
        if (instance.ValueKind != JsonValueKind.Object) return null;
        if (instance.TryGetProperty("image_bytes", out var inner) && inner.ValueKind == JsonValueKind.Object) instance = inner;
        return (instance.TryGetProperty("content", out var text) || instance.TryGetProperty("b64", out text)) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
    }
}
