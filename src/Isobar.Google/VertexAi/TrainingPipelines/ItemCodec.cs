using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>
/// Texts and pictures: instances are <c>{"content", "mimeType"}</c>, the text itself, a picture in base64, or the <c>gs://</c> address of either. Predictions are
/// <c>{"ids": […], "displayNames": […], "confidences": […]}</c>, the likeliest first, as many as <c>parameters.maxPredictions</c> says and none below <c>parameters.confidenceThreshold</c>.
/// </summary>
internal sealed class ItemCodec(GcsContent objects, ModelManifest manifest, bool pictures, string[] specs) : IInvocationCodec
{
    private const int UsualPredictions = 10;

    // What a request wants to hear.
    private sealed record Wanted(float Threshold, int Most);

    public Result<Done> Decode(string? contentType, ReadOnlyMemory<byte> body, TensorBatch into)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("instances", out var instances) || instances.ValueKind != JsonValueKind.Array || instances.GetArrayLength() == 0)
                return new Error(ErrorCode.InvalidArgument, "The body is not {\"instances\": [{\"content\": …}, …]}.");
            if (!Read(document.RootElement).TryGet(out var wanted, out var error)) return error;
            into.Note = wanted;
            var contents = new List<string>();
            foreach (var instance in instances.EnumerateArray())
            {
                if (instance.ValueKind != JsonValueKind.Object || !instance.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
                    return new Error(ErrorCode.InvalidArgument, $"Instance {contents.Count + 1} has no text in 'content'.");
                contents.Add(content.GetString()!);
            }
            return pictures ? Pictures(contents, into) : Texts(contents, into);
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The body is not JSON: {e.Message}");
        }
    }

    public Result<string> Encode(string? accept, TensorBatch inputs, TensorBatch outputs, IBufferWriter<byte> to)
    {
        var (values, labels, wanted) = (outputs.Find("probabilities")!, manifest.Classes!, (Wanted)inputs.Note!);
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteStartArray("predictions");
        for (var row = 0; row < outputs.Rows; row++)
        {
            var at = row * labels.Count;
            int[] order = [.. Enumerable.Range(0, labels.Count).Where(c => values.Number(at + c) >= wanted.Threshold).OrderByDescending(c => values.Number(at + c)).Take(wanted.Most)];
            json.WriteStartObject();
            json.WriteStartArray("ids");
            foreach (var c in order) json.WriteStringValue(specs[c]);
            json.WriteEndArray();
            json.WriteStartArray("displayNames");
            foreach (var c in order) json.WriteStringValue(labels[c]);
            json.WriteEndArray();
            json.WriteStartArray("confidences");
            foreach (var c in order) json.WriteNumberValue((float)values.Number(at + c));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return "application/json";
    }

    private Result<Done> Texts(List<string> contents, TensorBatch into)
    {
        var tensor = into[0];
        tensor.Reset(contents.Count, 1);
        for (var i = 0; i < contents.Count; i++)
        {
            if (!GcsContent.Names(contents[i])) tensor.Strings[i] = contents[i];
            else if (objects.Read(contents[i]).TryGet(out var bytes, out var error)) tensor.Strings[i] = Encoding.UTF8.GetString(bytes);
            else return error with { Message = $"Instance {i + 1}: {error.Message}" };
        }
        into.Rows = contents.Count;
        return Done.Value;
    }

    private Result<Done> Pictures(List<string> contents, TensorBatch into)
    {
        var body = new JsonArray();
        for (var i = 0; i < contents.Count; i++)
        {
            if (!GcsContent.Names(contents[i])) body.Add(contents[i]);
            else if (objects.Read(contents[i]).TryGet(out var bytes, out var error)) body.Add(Convert.ToBase64String(bytes));
            else return error with { Message = $"Instance {i + 1}: {error.Message}" };
        }
        return ImageRequest.Decode("application/json", Encoding.UTF8.GetBytes(new JsonObject { ["instances"] = body }.ToJsonString()), into);
    }

    private static Result<Wanted> Read(JsonElement body)
    {
        var wanted = new Wanted(0, UsualPredictions);
        if (!body.TryGetProperty("parameters", out var parameters) || parameters.ValueKind == JsonValueKind.Null) return wanted;
        if (parameters.ValueKind != JsonValueKind.Object) return new Error(ErrorCode.InvalidArgument, "parameters is no object.");
        foreach (var parameter in parameters.EnumerateObject())
        {
            var number = parameter.Value.ValueKind == JsonValueKind.Number ? parameter.Value.GetDouble() : double.NaN;
            if (parameter.Name is "confidenceThreshold" or "confidence_threshold" && number is >= 0 and <= 1) wanted = wanted with { Threshold = (float)number };
            else if (parameter.Name is "maxPredictions" or "max_predictions" && number is >= 1 and <= 10_000) wanted = wanted with { Most = (int)number };
            else return new Error(ErrorCode.InvalidArgument, $"parameters.{parameter.Name} is {parameter.Value.GetRawText()}; confidenceThreshold (0 to 1) and maxPredictions (from 1) are known.");
        }
        return wanted;
    }
}
