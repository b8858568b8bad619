using Isobar.Google.Storage;

namespace Isobar.Google.Tests.Storage;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("a/*.csv", "a/b.csv", true)]
    [InlineData("a/*.csv", "a/b/c.csv", false)]
    [InlineData("a/**.csv", "a/b/c.csv", true)]
    [InlineData("**", "anything/at all", true)]
    [InlineData("part-?", "part-1", true)]
    [InlineData("part-?", "part-12", false)]
    [InlineData("part-?", "part-/", false)]
    [InlineData("part-[0-4]", "part-3", true)]
    [InlineData("part-[0-4]", "part-7", false)]
    [InlineData("part-[!0-4]", "part-7", true)]
    [InlineData("part-[!0-4]", "part-3", false)]
    [InlineData("[", "[", true)]
    [InlineData("[]x", "[]x", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("(a|b)+", "a", false)]
    [InlineData("x[\\]y", "x\\y", true)]
    [InlineData("x[^]y", "x^y", true)]
    [InlineData("", "", true)]
    public void Matches_PatternAndName_AsCloudStorageDoes(string pattern, string name, bool matches) => Assert.Equal(matches, Wildcard.Matches(pattern, name));

    [Theory]
    [InlineData("plain/name.csv", false)]
    [InlineData("a*", true)]
    [InlineData("a?", true)]
    [InlineData("a[b", true)]
    public void IsIn_Name_TellsWildcards(string name, bool has) => Assert.Equal(has, Wildcard.IsIn(name));

    [Fact]
    public void Matches_ManyStars_EndsInTime() => Assert.False(Wildcard.Matches(string.Concat(Enumerable.Repeat("*a", 60)), new string('a', 2000) + "b"));
}
