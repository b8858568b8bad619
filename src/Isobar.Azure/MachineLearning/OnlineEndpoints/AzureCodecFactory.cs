using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>
/// Scoring of models without a script, as Azure documents it for MLflow models: <c>{"input_data": …}</c>, split by columns and data or as rows; the answer is
/// the list of predictions. What else the engine's own codec reads is taken too.
/// </summary>
internal sealed class AzureCodecFactory(IServiceProvider services) : IInvocationCodecFactory
{
    public const string Codec = "azureml", Inner = "tensors";

    public string Name => Codec;

    public Result<IInvocationCodec> Create(CodecContext context)
    {
        var inner = services.GetServices<IInvocationCodecFactory>().First(f => f.Name == Inner).Create(context);
        return inner.Map(i => (IInvocationCodec)new AzureCodec(i, context));
    }
}

/// <summary>Rewrites the rows for the engine's own codec, and gives the predictions alone.</summary>
internal sealed class AzureCodec(IInvocationCodec inner, CodecContext context) : IInvocationCodec
{
    private readonly bool _ofPictures = context.Manifest?.Classes is not null && ImageRequest.Fits(context.Signature);
    private static readonly string[] Predictions = ["label", "score", "cluster", "projection"];

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        if (contentType is null || contentType.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            if (!InputData.Rewrite(body, context).TryGet(out var rewritten, out var error)) return error;
            body = rewritten;
            contentType = "application/json";
        }
        return inner.Decode(contentType, body, into);
    }

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        if (accept is not (null or "" or "*/*") && !accept.Contains("json", StringComparison.OrdinalIgnoreCase) && !accept.Contains("*/*", StringComparison.Ordinal)) return inner.Encode(accept, inputs, outputs, to);
        if (_ofPictures && outputs.Find("probabilities") is { } shares) return Pictures(shares, to);
        if (Predictions.Select(outputs.Find).FirstOrDefault(t => t is not null) is not { } tensor || tensor.RowSize != 1 || tensor.Rows != outputs.Rows) return inner.Encode("application/json", inputs, outputs, to);
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        json.WriteStartArray();
        for (var row = 0; row < outputs.Rows; row++)
        {
            if (tensor.Type == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.String) json.WriteStringValue(tensor.Strings[row]);
            else if (tensor.Number(row) is var number && double.IsFinite(number)) json.WriteNumberValue(number);
            else json.WriteNullValue();
        }
        json.WriteEndArray();
        return "application/json";
    }

    /// <summary>Of pictures, the service tells every class and how likely it is: <c>[{"probs": […], "labels": […]}]</c>.</summary>
    private string Pictures(NamedTensor shares, IBufferWriter<byte> to)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartArray();
        for (var row = 0; row < shares.Rows; row++)
        {
            json.WriteStartObject();
            json.WriteStartArray("probs");
            foreach (var share in shares.Values<float>().Slice(row * shares.RowSize, shares.RowSize)) json.WriteNumberValue(share);
            json.WriteEndArray();
            json.WriteStartArray("labels");
            foreach (var name in context.Manifest!.Classes!) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        return "application/json";
    }
}
