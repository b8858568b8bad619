using Isobar.Core.Results;

namespace Isobar.Core.Tests;

public sealed class ResultTests
{
    [Fact]
    public void Value_OfAFailure_Throws()
    {
        Result<int> result = Error.NotFound("The bucket b");
        Assert.False(result.IsOk);
        Assert.Contains("The bucket b", Assert.Throws<InvalidOperationException>(() => result.Value).Message);
    }

    [Fact]
    public void Map_OfAFailure_CarriesItOn()
    {
        Result<int> result = Error.Invalid("age", "-1", "must be positive");
        var mapped = result.Map(v => v.ToString());
        Assert.Equal(("age", "-1"), (mapped.Error!.Faults[0].Field, mapped.Error.Faults[0].Value));
        Assert.Equal("4", ((Result<int>)4).Map(v => v.ToString()).Value);
    }
}
