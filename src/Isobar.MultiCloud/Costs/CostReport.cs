using System.Text.Json.Serialization;

namespace Isobar.MultiCloud.Costs;

/// <summary>What was spent, and on what.</summary>
/// <param name="Total">US dollars at list prices, of what has a price.</param>
/// <param name="Unpriced">Kinds of usage whose price is not known; they are not in the total.</param>
/// <param name="Forecast">What this calendar month will have cost, if it goes on as of late; in US dollars.</param>
public sealed record CostReport(DateTimeOffset From, DateTimeOffset To, decimal Total, int Unpriced, decimal Forecast, IReadOnlyList<CostShare> ByCloud, IReadOnlyList<CostShare> ByModel, IReadOnlyList<CostShare> ByTeam, IReadOnlyList<CostShare> ByTag, IReadOnlyList<BudgetStanding> Budgets);

/// <summary>A part of it.</summary>
/// <param name="Name">The cloud, the model as project/model, the team, the tag as key=value; what belongs to none of them stands under <c>other</c>.</param>
public sealed record CostShare(string Name, decimal Cost);

/// <summary>A project's budget.</summary>
public sealed record BudgetStanding(string Project, decimal Monthly, decimal Spent, decimal Forecast, bool Warned, bool Stopped);

/// <summary>Something that would save money.</summary>
/// <param name="Id">Stays the same as long as the advice does.</param>
/// <param name="Kind"><c>idle</c>, <c>spot</c>, <c>commitment</c> or <c>right-size</c>.</param>
/// <param name="Saving">US dollars a month, or a training where the kind is <c>spot</c>.</param>
/// <param name="Risk">What may go wrong.</param>
public sealed record Advice(int Number, string Id, string Kind, string Project, string Model, string? Cloud, string Message, decimal Saving, string Risk);

/// <summary>Contracts of costs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CostReport))]
[JsonSerializable(typeof(IReadOnlyList<Advice>))]
[JsonSerializable(typeof(BudgetWarning))]
public sealed partial class CostsJson : JsonSerializerContext;

/// <summary>That somebody was told of a budget.</summary>
public sealed record BudgetWarning(string Month, bool Stopped, decimal? Monthly = null);
