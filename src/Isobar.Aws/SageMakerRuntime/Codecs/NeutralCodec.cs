using System.Buffers;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>Raw values in, names out: CSV rows without a header in the columns' order, or JSON objects by column name; categories are text, and what is empty is missing.</summary>
internal sealed class NeutralCodec(ModelManifest manifest, NeutralReply reply, bool images = false) : IInvocationCodec
{
    private const string Csv = "text/csv", Json = "application/json", JsonLines = "application/jsonlines";
    private static readonly string[] Offered = [Csv, Json, JsonLines];
    private readonly bool _numeric = manifest.IsNumeric;

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        if (images) return ImageRequest.Decode(contentType, body, into);
        var type = contentType is Csv ? null : MediaType.Parse(contentType ?? "");
        return (type?.Name ?? Csv) switch
        {
            Csv => Rows(WithoutHeader(body.Span, type), into),
            Json => NeutralJson.Decode(body, manifest.Columns, into),
            JsonLines or "application/x-jsonlines" or "application/jsonl" => NeutralJson.DecodeLines(body, manifest.Columns, into),
            "text/libsvm" or "text/x-libsvm" when _numeric => LibSvmRequest.Decode(body.Span, manifest.Columns.Count, into),
            "application/x-recordio-protobuf" when _numeric => RecordIo.Decode(body.Span, manifest.Columns.Count, 0, into),
            _ => new Error(ErrorCode.Unimplemented, $"Content type \"{contentType}\" is not supported; there are {string.Join(", ", Offered)}."),
        };
    }

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        var chosen = AcceptHeader.Choose(accept, Offered, Json);
        switch (chosen)
        {
            case Csv: reply.WriteCsv(to, outputs); break;
            case Json: reply.WriteJson(to, outputs); break;
            case JsonLines: reply.WriteJsonLines(to, outputs); break;
            default: return new Error(ErrorCode.Unimplemented, $"Accept type \"{accept}\" is not supported; there are {string.Join(", ", Offered)}.");
        }
        return chosen;
    }

    private Result<Done> Rows(ReadOnlySpan<byte> body, TensorBatch into)
    {
        if (_numeric && CsvRequest.Decode(body, manifest.Columns.Count, 0, emptyIsMissing: true, into) is { IsOk: true } done) return done;
        return NeutralCsv.Decode(body, manifest.Columns, into);
    }

    private static ReadOnlySpan<byte> WithoutHeader(ReadOnlySpan<byte> body, MediaType? type) =>
        type?.Parameters.GetValueOrDefault("header") == "present" && body.IndexOf((byte)'\n') is >= 0 and var end ? body[(end + 1)..] : body;
}

/// <summary>Makes the codec of the images <c>isobar/…</c>.</summary>
internal sealed class NeutralCodecFactory : IInvocationCodecFactory
{
    public string Name => "isobar-rows";

    public Result<IInvocationCodec> Create(CodecContext context) => context.Manifest is { } manifest
        ? Result<IInvocationCodec>.Ok((IInvocationCodec?)ForecastCodec.For(manifest) ?? new NeutralCodec(manifest, new NeutralReply(manifest, context.Signature), ImageRequest.Fits(context.Signature)))
        : new Error(ErrorCode.FailedPrecondition, "The artifact has no model.json, so the engine does not know its columns; an ONNX file of your own is served by the image isobar/onnx.");
}
