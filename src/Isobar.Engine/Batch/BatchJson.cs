using System.Text.Json.Serialization;
using Isobar.Engine.State;

namespace Isobar.Engine.Batch;

/// <summary>A job on disk.</summary>
/// <param name="Package">The content of the model's artifact, once fixed: a resumed job asks the same model.</param>
internal sealed record StoredBatch(BatchJob Job, string? Package = null)
{
    public static readonly Collection<StoredBatch> Collection = new("engine.batch.jobs", BatchJson.Default.StoredBatch);
}

/// <summary>An input object whose output is stored; its id is the job's, a line end, and the object's bucket and key.</summary>
/// <param name="Rejected">Records that the model refused.</param>
/// <param name="Omission">Why the object is left out; null where it is not.</param>
internal sealed record FinishedObject(long Records, long Rejected = 0, string? Omission = null)
{
    public static readonly Collection<FinishedObject> Collection = new("engine.batch.objects", BatchJson.Default.FinishedObject);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredBatch))]
[JsonSerializable(typeof(FinishedObject))]
internal sealed partial class BatchJson : JsonSerializerContext;
