using System.Text.Json.Serialization;

namespace Isobar.Engine.Processing;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProcessingJob))]
internal sealed partial class ProcessingJson : JsonSerializerContext;
