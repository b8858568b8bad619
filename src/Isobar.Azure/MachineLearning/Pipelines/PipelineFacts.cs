using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>What a pipeline's execution remembers of its job.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Experiment">Its experiment, which its children belong to as well.</param>
/// <param name="Origin">Where its children's code reaches this emulator.</param>
internal sealed record PipelineFacts(string Job, string Experiment, string Origin)
{
    public static PipelineFacts Of(PipelineSpec spec) => JsonSerializer.Deserialize(spec.OwnerData, PipelineFactsJson.Default.PipelineFacts)!;

    public string ToJson() => JsonSerializer.Serialize(this, PipelineFactsJson.Default.PipelineFacts);

    [JsonIgnore]
    public ArmId Id => ArmId.Parse(Job);
}

[JsonSerializable(typeof(PipelineFacts))]
internal sealed partial class PipelineFactsJson : JsonSerializerContext;
