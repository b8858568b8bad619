using System.Text;
using Isobar.Aws.Protocols;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isobar.Aws.Tests.Protocols;

public sealed class AwsEmulatorTests
{
    private const string Signed = "AWS4-HMAC-SHA256 Credential=123456789012/20261123/eu-west-1/sample/aws4_request, SignedHeaders=host, Signature=0";

    [Fact]
    public async Task Json_ValidRequest_AnswersWithReplyAndRequestId()
    {
        var http = await SendAsync("Sample.Greet", """{"Name":"ann","Time":1.5,"Parts":[{"Key":"k"}],"Unheard":1}""", Signed);

        Assert.Equal(200, http.Response.StatusCode);
        Assert.Equal("""{"Greeting":"hello ann of 123456789012 in eu-west-1","Time":1.5,"Parts":[{"Key":"k"}]}""", Body(http));
        Assert.Equal("application/x-amz-json-1.1", http.Response.ContentType);
        Assert.True(Guid.TryParse(http.Response.Headers["x-amzn-RequestId"], out _));
    }

    [Fact]
    public async Task Json_Unsigned_IsTheDefaultAccountAndRegion()
    {
        var http = await SendAsync("Sample.Greet", """{"Name":"ann"}""");

        Assert.Contains("of 000000000000 in us-east-1", Body(http), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sample.Never", "{}", 400, "UnknownOperationException")]
    [InlineData("Sample.Greet", "{", 400, "SerializationException")]
    [InlineData("Sample.Greet", "null", 400, "SerializationException")]
    [InlineData("Sample.Greet", """{"Count":"x"}""", 400, "SerializationException")]
    [InlineData("Sample.Greet", "{}", 400, "ValidationException")]
    [InlineData("Sample.Miss", """{"Name":"a"}""", 400, "ResourceNotFoundException")]
    [InlineData("Sample.Break", """{"Name":"a"}""", 500, "InternalFailure")]
    [InlineData("AmazonSQS.SendMessage", "{}", 400, "UnknownOperationException")]
    public async Task Json_BadRequest_AnswersWithTheErrorEnvelope(string target, string body, int status, string code)
    {
        var http = await SendAsync(target, body);

        Assert.Equal(status, http.Response.StatusCode);
        Assert.Equal(code, http.Response.Headers["x-amzn-ErrorType"]);
        Assert.StartsWith($$"""{"__type":"{{code}}","message":""", Body(http), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Body(http), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_BodyPastTheLimit_IsRefused()
    {
        var http = await SendAsync("Sample.Greet", $$"""{"Name":"{{new string('a', AwsRequest.BodyLimit)}}"}""");

        Assert.Equal(413, http.Response.StatusCode);
        Assert.Contains("6291456 bytes", Body(http), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_NoReply_HasAnEmptyBody()
    {
        var http = await SendAsync("Sample.Forget", """{"Name":"a"}""");

        Assert.Equal((200, 0L), (http.Response.StatusCode, http.Response.ContentLength));
    }

    [Fact]
    public async Task Query_Flattened_IsBoundAndAnsweredAsXml()
    {
        var http = await SendFormAsync("Action=Greet&Version=2020-01-01&Name=bob&Count=2&Parts.member.1.Key=a%26b&Parts.member.2.Key=c&Time=1970-01-02T00%3A00%3A00Z");

        Assert.Equal(200, http.Response.StatusCode);
        Assert.Contains("""<GreetResponse xmlns="https://sample/"><GreetResult><Greeting>hello bob of 000000000000 in us-east-1</Greeting><Time>1970-01-02T00:00:00Z</Time><Parts><member><Key>a&amp;b</Key></member><member><Key>c</Key></member></Parts></GreetResult><ResponseMetadata><RequestId>""", Body(http), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Action=Never&Version=2020-01-01", "InvalidAction")]
    [InlineData("Action=Greet&Version=2020-01-01", "ValidationException")]
    [InlineData("Action=Greet&Version=2020-01-01&Name=a&Count=x", "MalformedInput")]
    [InlineData("Action=PublishBatch&Version=2010-03-31", "InvalidAction")]
    public async Task Query_BadRequest_AnswersWithTheErrorEnvelope(string form, string code)
    {
        var http = await SendFormAsync(form);

        Assert.Equal(400, http.Response.StatusCode);
        Assert.Contains($"<Error><Type>Sender</Type><Code>{code}</Code>", Body(http).Replace(" xmlns=\"\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rest_ServiceThatIsNotThere_AnswersWithJsonError()
    {
        var http = Context("GET", "/2015-03-31/functions", "", "AWS4-HMAC-SHA256 Credential=AK/20261123/us-east-1/lambda/aws4_request, SignedHeaders=host");

        await Emulator().HandleAsync(http);

        Assert.Equal(501, http.Response.StatusCode);
        Assert.Contains("of the service lambda", Body(http), StringComparison.Ordinal);
        Assert.Equal("application/json", http.Response.ContentType);
    }

    [Fact]
    public void Support_NamesWhatIsBuiltAndWhatIsNot()
    {
        Assert.Equal(["Break:Real", "Forget:Real", "Greet:Real", "Miss:Real"], new SampleService().Support.Select(s => $"{s.Operation}:{s.Level}"));
        var keys = new Isobar.Engine.Keys.KeyRing(new Isobar.Engine.EngineOptions { DataDirectory = Path.Combine(Path.GetTempPath(), "no-keys-here") }, TimeProvider.System);
        var sts = new Aws.Sts.StsService(new Aws.Iam.RoleStore(null!), keys).Support.ToDictionary(s => s.Operation, s => s.Level);
        Assert.Equal((SupportLevel.Real, SupportLevel.Unsupported), (sts["AssumeRole"], sts["AssumeRoleWithSAML"]));
    }

    private static async Task<HttpContext> SendAsync(string target, string body, string? authorization = null)
    {
        var http = Context("POST", "/", body, authorization);
        http.Request.Headers["X-Amz-Target"] = target;
        http.Request.ContentType = "application/x-amz-json-1.1";
        await Emulator().HandleAsync(http);
        return http;
    }

    private static async Task<HttpContext> SendFormAsync(string form)
    {
        var http = Context("POST", "/", form, null);
        http.Request.ContentType = "application/x-www-form-urlencoded; charset=utf-8";
        await Emulator().HandleAsync(http);
        return http;
    }

    private static AwsEmulator Emulator() => new([new SampleService()], new TrustingAuthenticator(new Isobar.Engine.Keys.KeyRing(new Isobar.Engine.EngineOptions { DataDirectory = Path.Combine(Path.GetTempPath(), "no-keys-here") }, TimeProvider.System)), NullLogger<AwsEmulator>.Instance);

    private static DefaultHttpContext Context(string method, string path, string body, string? authorization)
    {
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path) = (method, path);
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Response.Body = new MemoryStream();
        if (authorization is not null) http.Request.Headers.Authorization = authorization;
        return http;
    }

    private static string Body(HttpContext http) => Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());
}
