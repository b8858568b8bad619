using System.Buffers;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>The formats that Amazon's own algorithms share: CSV, JSON, JSON Lines and RecordIO, in and out.</summary>
internal sealed class AmazonCodec(int columns, ReplyShape shape) : IInvocationCodec
{
    private const string Json = "application/json", JsonLines = "application/jsonlines", Csv = "text/csv", RecordIoProtobuf = "application/x-recordio-protobuf";
    private static readonly string[] Offered = [Json, JsonLines, Csv, RecordIoProtobuf];

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        if (contentType is Csv) return CsvRequest.Decode(body.Span, columns, 0, emptyIsMissing: false, into);
        var type = MediaType.Parse(contentType ?? "");
        return type.Name switch
        {
            Csv => type.LabelSize(0) is { } skip ? CsvRequest.Decode(body.Span, columns, skip, emptyIsMissing: false, into) : NotTaken(contentType),
            Json => JsonRequest.Decode(body.Span, columns, into),
            JsonLines or "application/x-jsonlines" => JsonRequest.DecodeLines(body.Span, columns, into),
            RecordIoProtobuf => RecordIo.Decode(body.Span, columns, 0, into),
            _ => NotTaken(contentType),
        };
    }

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        var chosen = AcceptHeader.Choose(accept, Offered, Json);
        switch (chosen)
        {
            case Json: shape.WriteJson(to, outputs); break;
            case JsonLines: shape.WriteJsonLines(to, outputs); break;
            case Csv: shape.WriteCsv(to, outputs); break;
            case RecordIoProtobuf: shape.WriteRecordIo(to, outputs); break;
            default: return new Error(ErrorCode.Unimplemented, $"Accept type \"{accept}\" is not supported; there are {string.Join(", ", Offered)}.");
        }
        return chosen;
    }

    private static Error NotTaken(string? contentType) => new(ErrorCode.Unimplemented, $"Content type \"{contentType}\" is not supported; there are {string.Join(", ", Offered)}.");
}
