using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Explanations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary><c>PredictionService.Explain</c>: predicts, and asks the same deployed model about variations of each instance.</summary>
internal sealed class ExplainCall(IEndpoints engine, EndpointStore endpoints, Explainer explainer)
{
    private const int RowsAtOnce = 1000;

    // 1. predict as any caller would; 2. find how the model that answered is to be explained; 3. explain.
    public async Task<ExplainResponse> AnswerAsync(ExplainRequest request, CancellationToken ct)
    {
        // 1.
        var name = ResourceName.Parse(request.Endpoint, EndpointStore.Endpoints, "endpoint");
        if (request.Instances.Count == 0) throw Faults.Required("instances");
        if (request.DeployedModelId.Length > 0) _ = await DeployedAsync(request, request.DeployedModelId, ct).ConfigureAwait(false);
        using var reply = await engine.InvokeAsync(name.Engine, Ask(request.Instances, request.Parameters, request.DeployedModelId.Length > 0 ? request.DeployedModelId : null, probe: false), ct).ConfigureAwait(false);
        if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error) throw Faults.Of(PredictionReply.Named(error, request.Endpoint));
        var predictions = InstanceBody.Read(reply.Body);
        if (predictions.Count != request.Instances.Count) throw Faults.Precondition($"The model gave {predictions.Count} predictions for {request.Instances.Count} instances.");

        // 2.
        var deployed = await DeployedAsync(request, reply.InvokedVariant!, ct).ConfigureAwait(false);
        if (deployed.DisableExplanations || deployed.ExplanationSpec is null)
            throw Faults.Precondition($"The deployed model {deployed.Id} has no explanation_spec: give one when the model is uploaded or deployed.");
        var spec = ExplanationSpecs.With(deployed.ExplanationSpec, request.ExplanationSpecOverride);
        var facts = await explainer.FactsAsync($"{deployed.Model}@{deployed.ModelVersionId}", ct).ConfigureAwait(false);

        // 3.
        var explanations = await explainer.ExplainAsync(spec, facts, request.Instances, predictions, instances => ProbeAsync(name, deployed.Id, instances, request.Parameters, ct)).ConfigureAwait(false);
        return new ExplainResponse { Explanations = { explanations }, DeployedModelId = deployed.Id, Predictions = { predictions } };
    }

    private async Task<Result<IReadOnlyList<Value>>> ProbeAsync(ResourceName name, string variant, IReadOnlyList<Value> instances, Value? parameters, CancellationToken ct)
    {
        var all = new List<Value>(instances.Count);
        foreach (var chunk in instances.Chunk(RowsAtOnce))
        {
            using var reply = await engine.InvokeAsync(name.Engine, Ask(chunk, parameters, variant, probe: true), ct).ConfigureAwait(false);
            if ((reply.Error ?? PredictionReply.Refusal(reply)) is { } error) return error;
            var predictions = InstanceBody.Read(reply.Body);
            if (predictions.Count != chunk.Length) return new Error(ErrorCode.FailedPrecondition, $"The model gave {predictions.Count} predictions for {chunk.Length} instances.");
            all.AddRange(predictions);
        }
        return all;
    }

    private async Task<DeployedModel> DeployedAsync(ExplainRequest request, string id, CancellationToken ct) => await endpoints.DeployedAsync(request.Endpoint, id, ct).ConfigureAwait(false)
        ?? throw Faults.Of(new Error(ErrorCode.NotFound, $"The endpoint {request.Endpoint} is not found, or has no deployed model '{id}'."));

    private static Invocation Ask(IEnumerable<Value> instances, Value? parameters, string? variant, bool probe) =>
        new() { Body = InstanceBody.Of(instances, parameters), ContentType = "application/json", Accept = "application/json", TargetVariant = variant, IsProbe = probe };
}
