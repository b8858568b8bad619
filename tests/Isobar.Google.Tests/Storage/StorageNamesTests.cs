using Isobar.Google.Storage;

namespace Isobar.Google.Tests.Storage;

public sealed class StorageNamesTests
{
    [Theory]
    [InlineData("abc", true)]
    [InlineData("a_b-c.d", true)]
    [InlineData("ab", false)]
    [InlineData("Abc", false)]
    [InlineData("-abc", false)]
    [InlineData("goog-x", false)]
    [InlineData("my-google-x", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("a..b", false)]
    public void IsBucket_Name_FollowsTheRules(string name, bool allowed) => Assert.Equal(allowed, StorageNames.IsBucket(name));
}
