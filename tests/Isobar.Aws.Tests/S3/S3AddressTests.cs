using Isobar.Aws.Protocols;
using Isobar.Aws.S3;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Aws.Tests.S3;

public sealed class S3AddressTests
{
    [Theory]
    [InlineData("127.0.0.1", "/b/k", "b", "k")]
    [InlineData("localhost", "/b/k/l?x", "b", "k/l")]
    [InlineData("localhost", "/b", "b", "")]
    [InlineData("localhost", "/", "", "")]
    [InlineData("localhost", "/b/a/../c//d", "b", "a/../c//d")]
    [InlineData("localhost", "/b/%2Fa%20%C3%BC+%2B", "b", "/a ü++")]
    [InlineData("b.localhost", "/k", "b", "k")]
    [InlineData("b.c.s3.localhost", "/k", "b.c", "k")]
    [InlineData("b.s3.us-east-1.localhost", "//k", "b", "/k")]
    [InlineData("s3.localhost", "/b/k", "b", "k")]
    [InlineData("s3.eu-west-1.amazonaws.com", "/b/k", "b", "k")]
    [InlineData("b.s3.amazonaws.com", "/k", "b", "k")]
    [InlineData("b.c.s3.dualstack.eu-west-1.amazonaws.com", "/", "b.c", "")]
    [InlineData("b.s3-us-west-2.amazonaws.com", "/k", "b", "k")]
    public void Of_HostAndTarget_NameBucketAndKey(string host, string target, string bucket, string key)
    {
        var http = new DefaultHttpContext();
        http.Request.Host = new HostString(host, 4566);
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = target;

        var found = S3Target.Of(http.Request);

        Assert.Equal((bucket, key), (found.Bucket, found.Key));
    }

    [Theory]
    [InlineData("my-bucket", true)]
    [InlineData("123", true)]
    [InlineData("a.b-c", true)]
    [InlineData("ab", false)]
    [InlineData("Upper", false)]
    [InlineData("under_score", false)]
    [InlineData("192.168.5.4", false)]
    [InlineData("a..b", false)]
    [InlineData("-a", false)]
    [InlineData("xn--a", false)]
    [InlineData("a-s3alias", false)]
    public void CheckName_BucketName_FollowsTheRules(string name, bool allowed) => Assert.Equal(allowed, BucketOperations.CheckName(name) is null);

    [Theory]
    [InlineData("bytes=0-0", 0L, 1L)]
    [InlineData("bytes=5-", 5L, 5L)]
    [InlineData("bytes=-4", 6L, 4L)]
    [InlineData("bytes=-40", 0L, 10L)]
    [InlineData("bytes=8-99", 8L, 2L)]
    public void Parse_Range_GivesTheBytes(string header, long offset, long length) => Assert.Equal(new S3Range(offset, length), S3Range.Parse(header, 10).Range);

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=-0")]
    public void Parse_RangePastTheEnd_IsRefused(string header) => Assert.Equal("InvalidRange", S3Range.Parse(header, 10).Error?.Code);

    [Theory]
    [InlineData("bytes=1-2,4-5")]
    [InlineData("bytes=5-2")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=x-y")]
    public void Parse_OddRange_IsPassedOver(string header) => Assert.Equal((null, null), S3Range.Parse(header, 10));

    [Fact]
    public void Support_EveryOperation_IsNamedOnce()
    {
        Assert.Equal(S3Routes.Support.Count, S3Routes.Support.DistinctBy(o => o.Operation).Count());
        Assert.All(["GetObject", "PutObject", "UploadPartCopy", "ListObjectVersions"], o => Assert.Contains(S3Routes.Support, s => s.Operation == o && s.Level == SupportLevel.Real));
        Assert.Contains(S3Routes.Support, s => s is { Operation: "PutBucketPolicy", Level: SupportLevel.Unsupported });
    }
}
