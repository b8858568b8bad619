using System.Text.Json.Serialization;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Batches;

/// <summary>What is to be predicted in one go.</summary>
/// <param name="Sha256">The digest of the rows, CSV without a header, which were uploaded.</param>
/// <param name="Clouds">The clouds that may work on it; null: all that have a price for it.</param>
/// <param name="Version">The model's version; null: the one in production.</param>
/// <param name="Header">Whether the first line is a header, which is left out.</param>
/// <param name="Join">Whether each prediction stands behind its row.</param>
public sealed record BatchRequest(string Project, string Model, string Sha256, IReadOnlyList<string>? Clouds = null, int? Version = null, bool Header = false, bool Join = false);

/// <summary>Rows that one job in one cloud predicts.</summary>
/// <param name="Rows">How many they are.</param>
/// <param name="Sha256">Their digest.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Lost">The clouds that were tried without success.</param>
/// <param name="Result">The digest of the predictions, one line for each row.</param>
public sealed record BatchPart(int Index, long Rows, string Sha256, string Cloud, string Sku, int Attempt, Phase Phase, DateTimeOffset Since, string? Reason = null, IReadOnlyList<string>? Lost = null, string? Result = null);

/// <summary>Predictions over several clouds. The parts' results are joined in the order of the rows, each from one job alone: no row is lost and none is written twice.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Result">The digest of the joined predictions.</param>
public sealed record BatchWork(string Id, BatchRequest Request, int Version, long Rows, string By, DateTimeOffset Created, Phase Phase, IReadOnlyList<BatchPart> Parts, string? Reason = null, string? Result = null, DateTimeOffset? Ended = null);

/// <summary>Contracts of batch work.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(BatchWork))]
[JsonSerializable(typeof(IReadOnlyList<BatchWork>))]
public sealed partial class BatchJson : JsonSerializerContext;

internal static class BatchKinds
{
    public static readonly Kind<BatchWork> Works = new("control.batches", BatchJson.Default.BatchWork);
}
