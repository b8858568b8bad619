using System.Net;
using System.Text;
using Isobar.Aws.Client;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Aws.Tests.Client;

/// <summary>Signatures as botocore makes them for the same requests at the same time.</summary>
public sealed class SignatureTests
{
    private static readonly AwsClientOptions Aws = new() { Region = "eu-west-1", AccessKeyId = "AKIDEXAMPLE", SecretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", SessionToken = "the-token" };
    private static readonly AwsClientOptions Emulator = Aws with { Endpoint = new Uri("http://127.0.0.1:4566") };

    [Fact]
    public async Task Runtime_AtAws_IsSignedAsBotocoreSigns()
    {
        var wire = new Wire();
        await new AwsCloud(wire.Transport(Aws)).Serving.PredictAsync("my-endpoint", new PredictionRequest("1,2"u8.ToArray()));
        wire.Holds("POST https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/my-endpoint/invocations", "9975a9bee6c59b6165fb248e2cfb0068167ed4e696584d8668a821423163a96a");
    }

    [Fact]
    public async Task Object_WithOddKey_IsSignedAsBotocoreSigns()
    {
        var wire = new Wire();
        await new AwsCloud(wire.Transport(Aws)).Objects.GetAsync(new DataLocation("bucket", "a b+c/d=e.txt"));
        wire.Holds("GET https://bucket.s3.eu-west-1.amazonaws.com/a%20b%2Bc/d%3De.txt", "cb9fa95aebf2973760432a18a2df3be27b43b159714c4a36ba2b219776976946");
    }

    [Fact]
    public async Task Listing_AtAnEmulator_IsSignedAsBotocoreSigns()
    {
        var wire = new Wire();
        await new AwsCloud(wire.Transport(Emulator)).Objects.ListAsync(new DataLocation("bucket", "a/b c"));
        wire.Holds("GET http://127.0.0.1:4566/bucket?list-type=2&max-keys=1000&prefix=a%2Fb%20c", "b9ccdc9bd629d5d4c409c1ee60bc1464c0be3fd3ef94f534a59b3edaf5429ed5");
    }

    [Fact]
    public async Task Operation_ByName_IsSignedAsBotocoreSigns()
    {
        var wire = new Wire();
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://127.0.0.1:4566/") { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "SageMaker.ListModels");
        await wire.Transport(Emulator).SendAsync("any", "sagemaker", request, AwsTransport.Hash("{}"u8), default);
        wire.Holds("POST http://127.0.0.1:4566/", "a5a770202d807048f712d76df4c3fe2310b693393af59118353603e9d02cee7a");
    }

    [Theory]
    [InlineData(400, """{"__type":"ValidationException","message":"Could not find model \"arn\"."}""", ErrorCode.NotFound)]
    [InlineData(400, """{"__type":"com.amazon#ResourceInUse","message":"Training job already exists"}""", ErrorCode.AlreadyExists)]
    [InlineData(400, """{"__type":"ValidationException","message":"1 validation error detected"}""", ErrorCode.InvalidArgument)]
    [InlineData(404, "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>", ErrorCode.NotFound)]
    [InlineData(409, "<Error><Code>BucketNotEmpty</Code><Message>not empty</Message></Error>", ErrorCode.FailedPrecondition)]
    [InlineData(403, "<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>", ErrorCode.Unauthenticated)]
    [InlineData(502, "<html>bad gateway", ErrorCode.Unavailable)]
    [InlineData(429, "", ErrorCode.ResourceExhausted)]
    public async Task Fault_InAnyDress_HasItsCode(int status, string body, ErrorCode code)
    {
        using var reply = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8) };
        Assert.Equal(code, (await AwsFault.ReadAsync(reply, default)).Code);
    }

    /// <summary>Keeps the last request and answers with nothing.</summary>
    private sealed class Wire : HttpMessageHandler, IHttpClientFactory
    {
        private string _request = "", _authorization = "";

        public AwsTransport Transport(AwsClientOptions options) => new(options, this, new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        public void Holds(string request, string signature)
        {
            Assert.Equal(request, _request);
            Assert.EndsWith("Signature=" + signature, _authorization);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (_request, _authorization) = ($"{request.Method} {request.RequestUri!.AbsoluteUri}", request.Headers.GetValues("Authorization").Single());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("") });
        }
    }
}
