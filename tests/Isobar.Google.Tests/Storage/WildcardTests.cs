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
    public void Parse_PatternAndName_AsCloudStorageDoes(string pattern, string name, bool matches) => Assert.Equal(matches, Wildcard.Parse(pattern, braces: false)!.IsMatch(name));

    [Theory]
    [InlineData("{a,b}/*.csv", "b/1.csv", true)]
    [InlineData("{a,b}/*.csv", "c/1.csv", false)]
    [InlineData("{a,{b,c}[0-9]}", "c7", true)]
    [InlineData("a,b}", "a,b}", true)]
    public void Parse_Braces_StandForOneOfSome(string pattern, string name, bool matches) => Assert.Equal(matches, Wildcard.Parse(pattern, braces: true)!.IsMatch(name));

    [Theory]
    [InlineData("{a,b", true)]
    [InlineData("[z-a]", false)]
    [InlineData("[!]", false)]
    public void Parse_Malformed_IsNone(string pattern, bool braces) => Assert.Null(Wildcard.Parse(pattern, braces));

    [Theory]
    [InlineData("plain/name.csv", false)]
    [InlineData("a*", true)]
    [InlineData("a?", true)]
    [InlineData("a[b", true)]
    public void IsIn_Name_TellsWildcards(string name, bool has) => Assert.Equal(has, Wildcard.IsIn(name));

    [Fact]
    public void Parse_ManyStars_MatchInTime() => Assert.DoesNotMatch(Wildcard.Parse(string.Concat(Enumerable.Repeat("*a", 60)), braces: false)!, new string('a', 2000) + "b");
}
