using Isobar.Core.Results;
using Isobar.Engine.Explanations;

namespace Isobar.Engine.Tests.Explanations;

public sealed class ShapleyValuesTests
{
    [Fact]
    public async Task Explain_SumWithProduct_SharesTheProductEvenly()
    {
        // f = 3a + 2bc with b and c only worth something together.
        var result = (await ShapleyValues.ExplainAsync(3, 1, 0, Model(c => [3 * One(c[0]) + 2 * One(c[1]) * One(c[2])]))).Value;
        Assert.Equal([3, 1, 1], result.Values.Select(v => Math.Round(v[0], 12)));
        Assert.Equal(0, result.Errors[0]);
    }

    [Fact]
    public async Task Explain_SeveralOutputs_EachAddsUp()
    {
        var result = (await ShapleyValues.ExplainAsync(4, 1, 0, Model(c => [Odd(c), One(c[0]) - One(c[3])]))).Value;
        for (var o = 0; o < 2; o++) Assert.Equal(result.Instance[o] - result.Baseline[o], result.Values.Sum(v => v[o]), 12);
        Assert.Equal([1, 0, 0, -1], result.Values.Select(v => Math.Round(v[1], 12)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public async Task Explain_ManyPlayers_AddsUpAndFindsTheIdleOnes(int paths)
    {
        // 20 players of which the first five matter, two of them only together.
        static double[] f(bool[] c) => [5 * One(c[0]) + One(c[1]) * 4 * One(c[2]) + Math.Tanh(One(c[3]) + One(c[4])) + 7];
        var asked = 0;
        var result = (await ShapleyValues.ExplainAsync(20, paths, 3, rows =>
        {
            asked += rows.Count;
            return Model(f)(rows);
        })).Value;
        Assert.Equal(paths * 19 + 2, asked);
        Assert.Equal(7, result.Baseline[0], 10);
        Assert.Equal(16 + Math.Tanh(2), result.Instance[0], 10);
        Assert.Equal(9 + Math.Tanh(2), result.Values.Sum(v => v[0]), 10);
        Assert.Equal(5, result.Values[0][0], 10);
        Assert.All(result.Values.Skip(5), v => Assert.Equal(0, v[0], 12));
    }

    [Fact]
    public async Task Explain_MorePaths_ComeNearerToTheExactValuesAndSaySo()
    {
        static double[] f(bool[] c) => [c.Select((on, i) => One(on) * (i + 1)).Aggregate(1.0, (a, b) => a + b * (1 + 0.2 * a % 3))];
        double Distance(ShapleyResult a, ShapleyResult b) => a.Values.Zip(b.Values, (x, y) => Math.Abs(x[0] - y[0])).Sum();
        var exact = (await ShapleyValues.ExplainAsync(12, 4000, 1, Model(f))).Value;
        var few = (await ShapleyValues.ExplainAsync(12, 4, 1, Model(f))).Value;
        var many = (await ShapleyValues.ExplainAsync(12, 300, 1, Model(f))).Value;
        Assert.Equal(0, exact.Errors[0]);
        Assert.True(Distance(many, exact) < Distance(few, exact));
        Assert.InRange(many.Errors[0], 1e-6, few.Errors[0]);
    }

    [Fact]
    public async Task Explain_ModelThatFails_PassesItsError() =>
        Assert.Equal(ErrorCode.Unavailable, (await ShapleyValues.ExplainAsync(2, 1, 0, _ => Task.FromResult<Result<double[][]>>(new Error(ErrorCode.Unavailable, "down")))).Error!.Code);

    private static double One(bool on) => on ? 1 : 0;

    private static double Odd(bool[] coalition) => coalition.Count(c => c) % 2;

    private static Func<IReadOnlyList<bool[]>, Task<Result<double[][]>>> Model(Func<bool[], double[]> f) => rows => Task.FromResult(Result<double[][]>.Ok([.. rows.Select(f)]));
}
