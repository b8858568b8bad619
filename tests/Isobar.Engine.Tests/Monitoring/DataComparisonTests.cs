using System.Globalization;
using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Tests.Monitoring;

public sealed class DataComparisonTests
{
    private static readonly string[] Names = ["age", "weight", "colour"];
    private static readonly DatasetStatistics Known = Profile(Enumerable.Range(0, 600).Select(i => Row(20 + i % 50, 50 + i % 37 * 0.5, i % 3 == 0 ? "red" : "green")));
    private static readonly DataConstraints Rules = Baseline.Suggest(Known);

    [Fact]
    public void Suggest_CleanData_KnowsTypesAndDomains()
    {
        Assert.Equal([FeatureType.Integral, FeatureType.Fractional, FeatureType.String], Rules.Features.Select(f => f.Type));
        Assert.All(Rules.Features, f => Assert.Equal(1, f.Completeness));
        Assert.True(Rules.Features[0].NonNegative);
        Assert.Equal(["green", "red"], Rules.Features[2].Domain);
    }

    [Fact]
    public void Check_SameDistribution_FindsNothing() =>
        Assert.Empty(DataComparison.Check(Profile(Enumerable.Range(0, 300).Select(i => Row(20 + i * 7 % 50, 50 + i * 5 % 37 * 0.5, i % 3 == 0 ? "red" : "green"))), Rules, Known));

    [Fact]
    public void Check_EachFault_FindsItsConstraint()
    {
        Assert.Equal([CheckType.DataType], Found(i => Row(20.5 + i % 50, 50 + i % 37 * 0.5, i % 3 == 0 ? "red" : "green")));
        Assert.Equal([CheckType.Completeness], Found(i => [i % 10 == 0 ? null : Text(20 + i % 50), Text(50 + i % 37 * 0.5), i % 3 == 0 ? "red" : "green"]));
        Assert.Equal([CheckType.BaselineDrift], Found(i => Row(45 + i % 50, 50 + i % 37 * 0.5, i % 3 == 0 ? "red" : "green")));
        Assert.Contains(CheckType.Range, Found(i => Row(i % 50 - 1, 50 + i % 37 * 0.5, i % 3 == 0 ? "red" : "green")));
        Assert.Contains(CheckType.CategoricalValues, Found(i => Row(20 + i % 50, 50 + i % 37 * 0.5, i % 3 == 0 ? "blue" : "green")));
        Assert.Equal([CheckType.BaselineDrift], Found(i => Row(20 + i % 50, 50 + i % 37 * 0.5, i % 3 == 0 ? "green" : "red")));
    }

    [Fact]
    public void Check_DriftOnly_ComparesDistributionsByDivergenceAlone()
    {
        var rules = new DataConstraints { Features = [new FeatureConstraints { Name = "age", Type = FeatureType.Unknown, Completeness = 1, DriftThreshold = 0.1 }], DriftOnly = true, Method = DriftMethod.Divergence, NumberDriftThreshold = 2, CategoryDriftThreshold = 0.3 };
        // Older, heavier and of another colour; what has no threshold of its own goes by the data set's.
        var now = Profile(Enumerable.Range(0, 300).Select(i => Row(200 + i % 50, 90 + i % 37 * 0.5, i % 3 == 0 ? "green" : "red")));
        Assert.Equal([("age", CheckType.BaselineDrift), ("colour", CheckType.BaselineDrift)], DataComparison.Check(now, rules, Known).Select(v => (v.Subject, v.Check)));
        var drift = DataComparison.Drift(now, rules, Known).ToDictionary(d => d.Name);
        Assert.Equal(drift["age"].JensenShannon * drift["age"].JensenShannon, drift["age"].Distance, 12);
        Assert.Equal(1 / 3d, drift["colour"].Distance, 2);
        Assert.Empty(DataComparison.Check(now, rules, null));
    }

    [Fact]
    public void Check_OtherColumns_FindsMissingAndExtra()
    {
        var profiler = new DatasetProfiler();
        for (var i = 0; i < 100; i++) profiler.Add(new DataRow(["age", "weight", "size"], Row(20 + i % 50, 50, "x")));

        var found = DataComparison.Check(profiler.Build(Rules), Rules, null);

        Assert.Contains(found, v => v is { Subject: "colour", Check: CheckType.MissingColumn });
        Assert.Contains(found, v => v is { Subject: "size", Check: CheckType.ExtraColumn });
    }

    private static IEnumerable<CheckType> Found(Func<int, string?[]> row) =>
        DataComparison.Check(Profile(Enumerable.Range(0, 300).Select(row), Rules), Rules, Known).Select(v => v.Check);

    private static DatasetStatistics Profile(IEnumerable<string?[]> rows, DataConstraints? rules = null)
    {
        var profiler = new DatasetProfiler();
        foreach (var row in rows) profiler.Add(new DataRow(Names, row));
        return profiler.Build(rules);
    }

    private static string?[] Row(double age, double weight, string colour) => [Text(age), weight.ToString("0.0", CultureInfo.InvariantCulture), colour];

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
