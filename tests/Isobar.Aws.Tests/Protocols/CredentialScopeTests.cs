using Isobar.Aws.Protocols;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Tests.Protocols;

public sealed class CredentialScopeTests
{
    [Theory]
    [InlineData("AWS4-HMAC-SHA256 Credential=AK/20261123/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0", "AK", "eu-west-1", "s3")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AK/20261123/us-east-1/sagemaker/aws4_request,SignedHeaders=host,Signature=0", "AK", "us-east-1", "sagemaker")]
    [InlineData("AWS4-ECDSA-P256-SHA256 Credential=AK/20261123/s3/aws4_request, SignedHeaders=host", "AK", "", "s3")]
    public void Of_Header_ReadsWhoWhereAndWhat(string header, string key, string region, string service)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = header;

        for (var i = 0; i < 2; i++)
        {
            var scope = CredentialScope.Of(http.Request)!;
            Assert.Equal((key, region, service), (scope.AccessKey, scope.Region, scope.Service));
        }
    }

    [Theory]
    [InlineData("Bearer token")]
    [InlineData("AWS4-HMAC-SHA256 SignedHeaders=host")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AK/20261123")]
    public void Of_OtherHeader_IsNull(string header)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Authorization = header;

        Assert.Null(CredentialScope.Of(http.Request));
    }

    [Fact]
    public void Of_PresignedQuery_ReadsTheScope()
    {
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString("?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20261123%2Fus-west-2%2Fs3%2Faws4_request");

        Assert.Equal(("AK", "us-west-2"), (CredentialScope.Of(http.Request)!.AccessKey, CredentialScope.Of(http.Request)!.Region));
    }
}
