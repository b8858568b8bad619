using Google.Protobuf.Collections;
using Isobar.Engine.Serving;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Prediction;

/// <summary>Predictions on typed tensors: every input is an instance, every prediction an output.</summary>
internal sealed class DirectCall(IEndpoints engine)
{
    public async Task<IReadOnlyList<Tensor>> AnswerAsync(string endpoint, RepeatedField<Tensor> inputs, Tensor? parameters, CancellationToken ct)
    {
        var name = ResourceName.Parse(endpoint, EndpointStore.Endpoints, "endpoint");
        if (inputs.Count == 0) throw Faults.Required("inputs");
        var body = InstanceBody.Of(inputs.Select((t, i) => TensorJson.Read(t, $"inputs[{i}]")), parameters is null ? null : TensorJson.Read(parameters, "parameters"));
        using var reply = await engine.InvokeAsync(name.Engine, new Invocation { Body = body, ContentType = "application/json", Accept = "application/json" }, ct).ConfigureAwait(false);
        return (reply.Error ?? PredictionReply.Refusal(reply)) is { } error ? throw Faults.Of(PredictionReply.Named(error, endpoint)) : [.. InstanceBody.Read(reply.Body).Select(TensorJson.Write)];
    }
}
