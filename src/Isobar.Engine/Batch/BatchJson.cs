using System.Text.Json.Serialization;
using Isobar.Engine.State;

namespace Isobar.Engine.Batch;

/// <summary>A job on disk.</summary>
/// <param name="Package">The content of the model's artifact, once fixed: a resumed job asks the same model.</param>
internal sealed record StoredBatch(BatchJob Job, string? Package = null)
{
    public static readonly Collection<StoredBatch> Collection = new("engine.batch.jobs", BatchJson.Default.StoredBatch);
}

/// <summary>An input object whose output is stored; its id is the job's, a line end, and the object's key.</summary>
internal sealed record FinishedObject(long Records)
{
    public static readonly Collection<FinishedObject> Collection = new("engine.batch.objects", BatchJson.Default.FinishedObject);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredBatch))]
[JsonSerializable(typeof(FinishedObject))]
internal sealed partial class BatchJson : JsonSerializerContext;
