using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.TrainingPipelines;

namespace Isobar.Google.AutoMl;

/// <summary>Makes the codec of the older API's batch predictions.</summary>
internal sealed class AutoMlBatchCodecFactory(IObjectStore objects) : IInvocationCodecFactory
{
    public const string CodecName = "automl-batch", Threshold = "ISOBAR_SCORE_THRESHOLD", Pictures = "ISOBAR_PICTURES";

    public string Name => CodecName;

    public Result<IInvocationCodec> Create(CodecContext context)
    {
        if (!new AutoMlCodecFactory(objects).Create(context).TryGet(out var inner, out var error)) return error;
        return new AutoMlBatchCodec(inner, double.Parse(context.Environment[Threshold], CultureInfo.InvariantCulture), context.Environment[Pictures] == "true");
    }
}

/// <summary>A line <c>{"content": "gs://…"}</c> in, a line with the file's address and its <c>annotations</c> out.</summary>
internal sealed class AutoMlBatchCodec(IInvocationCodec inner, double threshold, bool pictures) : IInvocationCodec
{
    private const int AllClasses = 10_000;

    // What the inner codec remembers, and the file.
    private sealed record Asked(object? Inner, string File);

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        var line = JsonNode.Parse(body.Span)!;
        var file = (string)line["content"]!;
        var request = new JsonObject { ["instances"] = new JsonArray(line), ["parameters"] = new JsonObject { ["confidenceThreshold"] = threshold, ["maxPredictions"] = AllClasses } };
        var decoded = inner.Decode("application/json", JsonSerializer.SerializeToUtf8Bytes(request), into);
        into.Note = new Asked(into.Note, file);
        return decoded;
    }

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        var asked = (Asked)inputs.Note!;
        inputs.Note = asked.Inner;
        var answer = new ArrayBufferWriter<byte>();
        if (inner.Encode("application/json", inputs, outputs, answer).Error is { } error) return error;
        var prediction = JsonNode.Parse(answer.WrittenSpan)!["predictions"]![0]!;
        var annotations = new JsonArray();
        for (var i = 0; i < prediction["ids"]!.AsArray().Count; i++)
            annotations.Add(new JsonObject
            {
                ["annotation_spec_id"] = (string)prediction["ids"]![i]!,
                ["display_name"] = (string)prediction["displayNames"]![i]!,
                ["classification"] = new JsonObject { ["score"] = (float)prediction["confidences"]![i]! },
            });
        var line = pictures ? new JsonObject { ["ID"] = asked.File } : new JsonObject { ["text_snippet"] = new JsonObject { ["content_uri"] = asked.File } };
        line["annotations"] = annotations;
        using (var json = new Utf8JsonWriter(to, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) line.WriteTo(json);
        to.Write("\n"u8);
        return "application/jsonlines";
    }
}
