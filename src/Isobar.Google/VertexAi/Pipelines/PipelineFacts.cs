using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.Engine.Pipelines;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>What a pipeline's execution remembers of its job.</summary>
/// <param name="Job">The job's resource name.</param>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Root">The <c>gs://</c> folder that outputs go to.</param>
/// <param name="Origin">Where this emulator answers, for the children's own clients.</param>
internal sealed record PipelineFacts(string Job, string Pipeline, string Root, string Origin)
{
    public static PipelineFacts Of(PipelineSpec spec) => JsonSerializer.Deserialize(spec.OwnerData, PipelineFactsJson.Default.PipelineFacts)!;

    public string ToJson() => JsonSerializer.Serialize(this, PipelineFactsJson.Default.PipelineFacts);

    [JsonIgnore]
    public ResourceName Name => ResourceName.Parse(Job, PipelineJobs.Collection);
}

[JsonSerializable(typeof(PipelineFacts))]
internal sealed partial class PipelineFactsJson : JsonSerializerContext;
