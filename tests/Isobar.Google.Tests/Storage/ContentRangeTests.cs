using Isobar.Google.Storage;

namespace Isobar.Google.Tests.Storage;

public sealed class ContentRangeTests
{
    [Theory]
    [InlineData("bytes 0-9/10", 0L, 9L, 10L)]
    [InlineData("bytes 5-9/*", 5L, 9L, null)]
    [InlineData("bytes 0-*/*", 0L, null, null)]
    [InlineData("bytes */10", null, null, 10L)]
    [InlineData("bytes */*", null, null, null)]
    public void Parse_WellFormed_GivesItsNumbers(string header, long? first, long? last, long? total) => Assert.Equal(new ContentRange(first, last, total), ContentRange.Parse(header, 3));

    [Theory]
    [InlineData("bytes 9-0/10")]
    [InlineData("bytes 0-10/10")]
    [InlineData("bytes 0-9")]
    [InlineData("0-9/10")]
    [InlineData("bytes 0-99999999999999999999/*")]
    public void Parse_Malformed_IsRefused(string header) => Assert.Null(ContentRange.Parse(header, 3));

    [Fact]
    public void Parse_NoHeader_TakesTheBodyForTheWhole() => Assert.Equal(new ContentRange(0, 6, 7), ContentRange.Parse(null, 7));
}
