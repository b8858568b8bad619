using System.Buffers;
using Isobar.Core.Results;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>The neutral codec.</summary>
internal sealed class TensorsCodec(OnnxSignature signature) : IInvocationCodec
{
    private const string Supported = "text/csv, application/json, application/jsonlines, application/x-npy";
    private readonly bool _images = ImageRequest.Fits(signature);

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into) => MediaTypes.Of(contentType) switch
    {
        not (MediaKind.Csv or MediaKind.Npy) when _images => ImageRequest.Decode(contentType, body, into),
        MediaKind.Csv => CsvReader.Read(signature, body.Span, into),
        MediaKind.Json => JsonTensors.Read(signature, body, into),
        MediaKind.JsonLines => JsonTensors.ReadLines(signature, body, into),
        MediaKind.Npy => NpyArray.Read(signature, body.Span, into),
        _ => new Error(ErrorCode.Unimplemented, $"The content type '{contentType}' is not taken; send one of {Supported}."),
    };

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        switch (MediaTypes.Choose(accept))
        {
            case MediaKind.Csv:
                CsvWriter.Write(outputs, to);
                return "text/csv";
            case MediaKind.Json:
                JsonTensorsWriter.Write(outputs, to);
                return "application/json";
            case MediaKind.JsonLines:
                JsonTensorsWriter.WriteLines(outputs, to);
                return "application/jsonlines";
            case MediaKind.Npy:
                return NpyArray.Write(outputs[0], to) is { } error ? error : "application/x-npy";
            default:
                return new Error(ErrorCode.Unimplemented, $"Nothing in '{accept}' can be written; accept one of {Supported}.");
        }
    }
}
