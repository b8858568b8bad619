using System.Text.Json.Serialization;

namespace Isobar.Engine.Pipelines;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PipelineExecution))]
[JsonSerializable(typeof(CachedStep))]
internal sealed partial class PipelinesJson : JsonSerializerContext;
