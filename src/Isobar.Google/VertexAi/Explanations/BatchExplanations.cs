using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.V1;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Explanations;

/// <summary>Explanations of batch predictions: the model of the job is asked about variations of each instance.</summary>
internal sealed class BatchExplanations(Explainer explainer) : IAnswerExtension
{
    public const string ExtensionName = "vertex-explanations";
    private const int RowsAtOnce = 1000;

    public string Name => ExtensionName;

    /// <summary>What a job has to say: the model version, and how it is explained.</summary>
    public static BatchExtension Of(Model model, ExplanationSpec spec) => new(ExtensionName, $"{model.Name}@{model.VersionId}\n{Convert.ToBase64String(spec.ToByteArray())}");

    // 1. what was asked and answered; 2. explain it; 3. put the explanations beside the predictions.
    public async Task<Result<byte[]>> ExtendAsync(string data, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> answer, Func<ReadOnlyMemory<byte>, CancellationToken, Task<Result<byte[]>>> ask, CancellationToken ct)
    {
        try
        {
            // 1.
            var line = data.IndexOf('\n', StringComparison.Ordinal);
            var (model, spec) = (data[..line], ExplanationSpec.Parser.ParseFrom(Convert.FromBase64String(data[(line + 1)..])));
            using var body = JsonDocument.Parse(request);
            List<Value> instances = [.. body.RootElement.GetProperty("instances").EnumerateArray().Select(ValueJson.Read)];
            var parameters = body.RootElement.TryGetProperty("parameters", out var given) ? ValueJson.Read(given) : null;
            var predictions = InstanceBody.Read(answer);
            if (predictions.Count != instances.Count) return new Error(ErrorCode.Internal, $"the model gave {predictions.Count} predictions for {instances.Count} instances");

            // 2.
            var facts = await explainer.FactsAsync(model, ct).ConfigureAwait(false);
            var explanations = await explainer.ExplainAsync(spec, facts, instances, predictions, asked => ProbeAsync(asked, parameters, ask, ct)).ConfigureAwait(false);

            // 3.
            var extended = JsonNode.Parse(answer.Span) is JsonObject own ? own : new JsonObject { ["predictions"] = JsonNode.Parse(answer.Span) };
            extended["explanations"] = new JsonArray([.. explanations.Select(e => JsonNode.Parse(JsonFormatter.Default.Format(e)))]);
            return JsonSerializer.SerializeToUtf8Bytes(extended);
        }
        catch (RpcException e)
        {
            return new Error(ErrorCode.InvalidArgument, e.Status.Detail);
        }
    }

    private static async Task<Result<IReadOnlyList<Value>>> ProbeAsync(IReadOnlyList<Value> instances, Value? parameters, Func<ReadOnlyMemory<byte>, CancellationToken, Task<Result<byte[]>>> ask, CancellationToken ct)
    {
        var all = new List<Value>(instances.Count);
        foreach (var chunk in instances.Chunk(RowsAtOnce))
        {
            if (!(await ask(InstanceBody.Of(chunk, parameters), ct).ConfigureAwait(false)).TryGet(out var answer, out var error)) return error;
            var predictions = InstanceBody.Read(answer);
            if (predictions.Count != chunk.Length) return new Error(ErrorCode.Internal, $"the model gave {predictions.Count} predictions for {chunk.Length} instances");
            all.AddRange(predictions);
        }
        return all;
    }
}
