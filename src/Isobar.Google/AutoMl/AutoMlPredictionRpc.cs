using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.AutoMl;

/// <summary><c>google.cloud.automl.v1.PredictionService</c>.</summary>
internal sealed class AutoMlPredictionRpc(AutoMlModels models, IEndpoints engine, AutoMlBatches batches) : PredictionService.PredictionServiceBase
{
    private const string Threshold = "score_threshold";
    // As documented for pictures; texts are told of all classes.
    private const double UsualThreshold = 0.5;
    private const int AllClasses = 10_000;

    // 1. the model, and what it is to be shown; 2. ask its endpoint; 3. the answer as annotations.
    public override async Task<PredictResponse> Predict(PredictRequest request, ServerCallContext context)
    {
        // 1.
        var model = await models.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        var pictures = await models.IsOfPicturesAsync(model, context.CancellationToken).ConfigureAwait(false);
        var body = new JsonObject
        {
            ["instances"] = new JsonArray(new JsonObject { ["content"] = Content(request.Payload, pictures) }),
            ["parameters"] = new JsonObject { ["confidenceThreshold"] = ThresholdOf(request.Params, pictures), ["maxPredictions"] = AllClasses },
        };

        // 2.
        using var reply = await engine.InvokeAsync(AutoMlDeployments.EndpointOf(model.Name).Engine, new Invocation { Body = JsonSerializer.SerializeToUtf8Bytes(body), ContentType = "application/json", Accept = "application/json" }, context.CancellationToken).ConfigureAwait(false);
        if (reply.Error is { Code: ErrorCode.NotFound }) throw Faults.Precondition($"The model {model.Name} is not deployed: deploy it first.");
        if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error) throw Faults.Of(error);

        // 3.
        var prediction = JsonNode.Parse(reply.Body.Span)!["predictions"]![0]!;
        var response = new PredictResponse();
        for (var i = 0; i < prediction["ids"]!.AsArray().Count; i++)
            response.Payload.Add(new AnnotationPayload { AnnotationSpecId = (string)prediction["ids"]![i]!, DisplayName = (string)prediction["displayNames"]![i]!, Classification = new ClassificationAnnotation { Score = (float)prediction["confidences"]![i]! } });
        return response;
    }

    public override async Task<Operation> BatchPredict(BatchPredictRequest request, ServerCallContext context)
    {
        var model = await models.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        var pictures = await models.IsOfPicturesAsync(model, context.CancellationToken).ConfigureAwait(false);
        return await batches.StartAsync(model, pictures, request, ThresholdOf(request.Params, pictures), context.CancellationToken).ConfigureAwait(false);
    }

    private static string Content(ExamplePayload? payload, bool pictures)
    {
        switch (payload?.PayloadCase)
        {
            case ExamplePayload.PayloadOneofCase.Image when pictures:
                return payload.Image.ImageBytes.Length > 0 ? payload.Image.ImageBytes.ToBase64() : throw Faults.Required("payload.image.image_bytes");
            case ExamplePayload.PayloadOneofCase.TextSnippet when !pictures:
                if (payload.TextSnippet.MimeType is not ("" or "text/plain")) throw Faults.Unimplemented($"payload.text_snippet.mime_type '{payload.TextSnippet.MimeType}' is not supported here; text/plain is.");
                return payload.TextSnippet.Content.Length > 0 ? payload.TextSnippet.Content : throw Faults.Required("payload.text_snippet.content");
            case null or ExamplePayload.PayloadOneofCase.None:
                throw Faults.Required("payload");
            default:
                throw Faults.Invalid("payload", payload.PayloadCase.ToString(), pictures ? "the model sees pictures: image" : "the model reads texts: text_snippet");
        }
    }

    private static double ThresholdOf(IDictionary<string, string> parameters, bool pictures)
    {
        foreach (var name in parameters.Keys.Where(k => k != Threshold)) throw Faults.Invalid($"params.{name}", parameters[name], $"{Threshold} is known");
        if (!parameters.TryGetValue(Threshold, out var text)) return pictures ? UsualThreshold : 0;
        return double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1 ? number : throw Faults.Invalid($"params.{Threshold}", text, "0 to 1");
    }
}
