using System.Buffers;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>
/// The formats of the XGBoost container: CSV, libsvm and RecordIO in; CSV and JSON out. Its CSV joins the rows with commas, which is no
/// CSV at all but what callers have come to split; inside a batch job (<c>SAGEMAKER_BATCH</c>) there is a line for each row.
/// </summary>
internal sealed class XgBoostCodec(int columns, ReplyShape shape, bool batch) : IInvocationCodec
{
    private const string Csv = "text/csv", Json = "application/json", JsonLines = "application/jsonlines", RecordIoProtobuf = "application/x-recordio-protobuf";
    private static readonly string[] Offered = [Csv, Json, JsonLines, RecordIoProtobuf];

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        if (contentType is Csv or null) return CsvRequest.Decode(body.Span, columns, 0, emptyIsMissing: true, into);
        var type = MediaType.Parse(contentType);
        return type.Name switch
        {
            Csv => CsvRequest.Decode(body.Span, columns, type.LabelSize(0) ?? 0, emptyIsMissing: true, into),
            "text/libsvm" or "text/x-libsvm" => LibSvmRequest.Decode(body.Span, columns, into),
            RecordIoProtobuf => RecordIo.Decode(body.Span, columns, float.NaN, into),
            _ => new Error(ErrorCode.Unimplemented, $"Content-type {contentType} not supported. Supported content-type is text/csv, text/libsvm, application/x-recordio-protobuf"),
        };
    }

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        var chosen = AcceptHeader.Choose(accept, Offered, Csv);
        switch (chosen)
        {
            case Csv: WriteCsv(to, outputs); break;
            case Json: shape.WriteJson(to, outputs); break;
            case JsonLines: shape.WriteJsonLines(to, outputs); break;
            case RecordIoProtobuf: shape.WriteRecordIo(to, outputs); break;
            default: return new Error(ErrorCode.Unimplemented, $"{accept} is not an accepted Accept type. Please choose one of the following: ['text/csv', 'application/json'].");
        }
        return chosen;
    }

    private void WriteCsv(IBufferWriter<byte> to, TensorBatch outputs)
    {
        var field = shape.Fields[0];
        for (var row = 0; row < outputs.Rows; row++)
        {
            if (row > 0 && !batch) to.Write(","u8);
            field.WriteValue(to, outputs, row);
            if (batch) to.Write("\n"u8);
        }
    }
}
