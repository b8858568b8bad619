using Isobar.Azure.MachineLearning.Mlflow;

namespace Isobar.Azure.Tests.MachineLearning.Mlflow;

public sealed class MlflowFilterTests
{
    private static readonly string[] Attributes = ["run_name", "start_time"];

    [Theory]
    [InlineData("metrics.acc > 0.8", true)]
    [InlineData("metrics.acc <= 0.8", false)]
    [InlineData("metric.`odd name` = 1e-3", true)]
    [InlineData("params.lr = '0.1' and tags.\"mlflow.user\" != 'bob'", true)]
    [InlineData("parameters.lr='0.1' AND metrics.acc<0.5", false)]
    [InlineData("params.lr LIKE '0._'", true)]
    [InlineData("tags.mlflow.user ILIKE 'AN%'", true)]
    [InlineData("tags.mlflow.user LIKE 'AN%'", false)]
    [InlineData("attributes.run_name IN ('a', 'first')", true)]
    [InlineData("run_name NOT IN ('a', 'first')", false)]
    [InlineData("start_time >= 100", true)]
    [InlineData("params.none IS NULL and params.lr IS NOT NULL", true)]
    [InlineData("params.none = 'x'", false)]
    [InlineData("metrics.none > 0", false)]
    [InlineData("", true)]
    [InlineData(null, true)]
    public void Holds_OfAFilter_IsAsMlflowSays(string? filter, bool expected) => Assert.Equal(expected, MlflowFilter.Holds(MlflowFilter.Parse(filter, Attributes), Value));

    [Theory]
    [InlineData("metrics.acc > 1 or metrics.acc < 0", "joined by and")]
    [InlineData("metrics.acc", "character 1")]
    [InlineData("metrics.acc > 'much'", "number")]
    [InlineData("attributes.colour = 'red'", "colour")]
    [InlineData("clouds.x = 'red'", "clouds")]
    [InlineData("metrics.acc > 1 and", "character 20")]
    public void Parse_OfWhatIsNone_SaysWhere(string filter, string text) => Assert.Contains(text, Assert.Throws<MlflowFault>(() => MlflowFilter.Parse(filter, Attributes)).Message);

    [Fact]
    public void Sort_ByAMetric_PutsWhatHasNoneLast()
    {
        (string Name, double? Loss)[] rows = [("none", null), ("high", 3), ("low", 1)];
        object? Of((string Name, double? Loss) row, string entity, string key) => entity == "metric" ? row.Loss : row.Name;
        Assert.Equal(["low", "high", "none"], MlflowFilter.Sort(rows, ["metrics.loss"], Attributes, Of, r => r.Name, false).Select(r => r.Name));
        Assert.Equal(["high", "low", "none"], MlflowFilter.Sort(rows, ["metrics.loss DESC"], Attributes, Of, r => r.Name, false).Select(r => r.Name));
        Assert.Throws<MlflowFault>(() => MlflowFilter.Sort(rows, ["metrics.loss sideways"], Attributes, Of, r => r.Name, false));
    }

    [Theory]
    [InlineData("""{"a":NaN,"b":-Infinity}""", """{"a":"NaN","b":"-Infinity"}""")]
    [InlineData("""{"a":"NaN \" NaN"}""", """{"a":"NaN \" NaN"}""")]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    public void Quote_OfPythonsNumbers_LeavesStringsAsTheyAre(string given, string expected) => Assert.Equal(expected, BareNumbers.Quote(given));

    private static object? Value(string entity, string key) => (entity, key) switch
    {
        ("metric", "acc") => 0.9,
        ("metric", "odd name") => 0.001,
        ("param", "lr") => "0.1",
        ("tag", "mlflow.user") => "ann",
        ("attribute", "run_name") => "first",
        ("attribute", "start_time") => 100.0,
        _ => null,
    };
}
