using System.Security.Cryptography;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Conformance.Suites;

/// <summary>What every cloud's object store does.</summary>
public abstract class ObjectsSuite(ICloudFixture fixture)
{
    private readonly ICloud _cloud = fixture.Cloud;

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("folder/deeper/a b+c&d=e.txt")]
    [InlineData("grüße/日本.txt")]
    public async Task Put_AnyKey_IsRead(string key)
    {
        var bucket = await _cloud.BucketAsync();
        await _cloud.PutAsync(new(bucket, key), "hello");
        Assert.Equal("hello", await _cloud.ReadAsync(new(bucket, key)));
        Assert.Equal((key, 5L), (await _cloud.Objects.ListAsync(new(bucket, ""))).Must().Select(o => (o.Key, o.Size)).Single());
    }

    [Fact]
    public async Task Put_Megabytes_ComeBackUnchanged()
    {
        var bucket = await _cloud.BucketAsync();
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        (await _cloud.Objects.PutAsync(new(bucket, "blob"), new MemoryStream(bytes))).Must();
        await using var stream = (await _cloud.Objects.GetAsync(new(bucket, "blob"))).Must();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
    }

    [Fact]
    public async Task List_Prefix_GivesItsKeysInOrder()
    {
        var bucket = await _cloud.BucketAsync();
        foreach (var key in new[] { "b/2", "a/1", "b/1", "c" }) await _cloud.PutAsync(new(bucket, key), key);
        Assert.Equal(["b/1", "b/2"], (await _cloud.Objects.ListAsync(new(bucket, "b/"))).Must().Select(o => o.Key));
    }

    [Fact]
    public async Task Put_Again_ChangesTheEntityTagThatTheListingShows()
    {
        var bucket = await _cloud.BucketAsync();
        var first = await TagAsync("one");
        Assert.NotEqual(first, await TagAsync("two"));

        async Task<string> TagAsync(string content)
        {
            var put = (await _cloud.Objects.PutAsync(new(bucket, "x"), new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)))).Must();
            Assert.Equal(put.ETag, (await _cloud.Objects.ListAsync(new(bucket, "x"))).Must().Single().ETag);
            return put.ETag;
        }
    }

    [Fact]
    public async Task Missing_ObjectAndBucket_AreNotFound()
    {
        var bucket = await _cloud.BucketAsync();
        (await _cloud.Objects.GetAsync(new(bucket, "nothing"))).MustFail(ErrorCode.NotFound);
        (await _cloud.Objects.GetAsync(new("no-such-bucket-" + Guid.NewGuid().ToString("n")[..8], "x"))).MustFail(ErrorCode.NotFound);
        (await _cloud.Objects.DeleteAsync(new(bucket, "nothing"))).Must();
    }

    [Fact]
    public async Task Bucket_MadeTwice_IsKept_AndOnlyEmptyOnesAreDropped()
    {
        var bucket = await _cloud.BucketAsync();
        await _cloud.PutAsync(new(bucket, "x"), "1");
        (await _cloud.Objects.EnsureBucketAsync(bucket)).Must();
        Assert.Equal("1", await _cloud.ReadAsync(new(bucket, "x")));
        (await _cloud.Objects.DeleteBucketAsync(bucket)).MustFail(ErrorCode.FailedPrecondition);
        (await _cloud.Objects.DeleteAsync(new(bucket, "x"))).Must();
        (await _cloud.Objects.DeleteBucketAsync(bucket)).Must();
    }
}
