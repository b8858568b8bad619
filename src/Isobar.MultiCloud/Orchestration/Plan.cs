using System.Text.Json.Serialization;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>What applying a manifest would do.</summary>
/// <param name="Once">US dollars at list prices for the work to be done once.</param>
/// <param name="Monthly">US dollars a month for what would stand then.</param>
/// <param name="Revision">The revision that it was compared with; 0: there is none.</param>
/// <param name="Stopped">Why nothing would be trained now: the budget for this month is spent. Null: it would.</param>
public sealed record Plan(string Project, long Revision, IReadOnlyList<Change> Changes, decimal Once, decimal Monthly, string? Stopped = null)
{
    /// <summary>Whether nothing would be done.</summary>
    public bool IsEmpty => Changes.All(c => c.Action == "none");
}

/// <summary>One thing that would be done.</summary>
/// <param name="Action"><c>create</c>, <c>replace</c>, <c>update</c>, <c>delete</c> or <c>none</c>.</param>
/// <param name="Kind"><c>training</c> or <c>endpoint</c>.</param>
/// <param name="Target">The model.</param>
/// <param name="Why">Why there, in a sentence.</param>
public sealed record Change(string Action, string Kind, string Target, string Cloud, string Region, string? Sku, bool Spot, decimal Once, decimal Monthly, string Why);

/// <summary>Contracts of plans.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Plan))]
public sealed partial class PlanJson : JsonSerializerContext;
