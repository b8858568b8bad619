using Isobar.Aws.Protocols;
using Isobar.Aws.Signing;
using Isobar.Core.Results;
using Isobar.Engine.Keys;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Aws.Tests.Signing;

/// <summary>Against the example that AWS publishes for Signature Version 4.</summary>
public sealed class SignatureAuthenticatorTests
{
    private const string Signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    private static readonly DateTimeOffset Time = new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);

    [Fact]
    public async Task Authenticate_PublishedExample_IsTheKeysAccount()
    {
        var (caller, refusal) = await AuthenticateAsync(Signature, Time);

        Assert.Null(refusal);
        Assert.Equal("123456789012", caller!.Account);
        Assert.Equal("us-east-1", caller.Region);
    }

    [Fact]
    public async Task Authenticate_OneDigitOff_IsRefused() =>
        Assert.Equal("InvalidSignatureException", (await AuthenticateAsync(Signature.Replace('5', '6'), Time)).Refusal!.Code);

    [Fact]
    public async Task Authenticate_TwentyMinutesLater_IsRefusedAsExpired() =>
        Assert.Contains("expired", (await AuthenticateAsync(Signature, Time.AddMinutes(20))).Refusal!.Message, StringComparison.Ordinal);

    [Fact]
    public async Task Authenticate_UnknownKey_IsRefused() =>
        Assert.Equal("UnrecognizedClientException", (await AuthenticateAsync(Signature, Time, "AKIDOTHER")).Refusal!.Code);

    [Fact]
    public async Task Authenticate_Unsigned_IsRefused()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["X-Amz-Target"] = "SageMaker.ListModels";

        var outcome = await new SignatureAuthenticator(new OneKey(), new FakeTimeProvider(Time)).AuthenticateAsync(new AwsRequest(http));

        Assert.Equal("MissingAuthenticationTokenException", outcome.Refusal!.Code);
    }

    private static async Task<Authentication> AuthenticateAsync(string signature, DateTimeOffset now, string key = "AKIDEXAMPLE")
    {
        var http = new DefaultHttpContext();
        (http.Request.Method, http.Request.Path, http.Request.QueryString) = ("GET", "/", new QueryString("?Action=ListUsers&Version=2010-05-08"));
        http.Request.Headers.Host = "iam.amazonaws.com";
        http.Request.Headers.ContentType = "application/x-www-form-urlencoded; charset=utf-8";
        http.Request.Headers["X-Amz-Date"] = "20150830T123600Z";
        http.Request.Headers.Authorization = $"AWS4-HMAC-SHA256 Credential={key}/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature={signature}";
        return await new SignatureAuthenticator(new OneKey(), new FakeTimeProvider(now)).AuthenticateAsync(new AwsRequest(http));
    }

    private sealed class OneKey : IKeyRing
    {
        public AccessKey? Find(string id) => id == "AKIDEXAMPLE" ? new AccessKey(id, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "123456789012", Time) : null;
        public Task<AccessKey> CreateAsync(string account, CancellationToken ct) => throw new NotSupportedException();
        public Task<AccessKey> IssueAsync(string account, TimeSpan lifetime, string? principal, string? principalId, CancellationToken ct) => throw new NotSupportedException();
        public Task<IReadOnlyList<AccessKey>> ListAsync(CancellationToken ct) => throw new NotSupportedException();
        public Task<Result<Done>> RevokeAsync(string id, CancellationToken ct) => throw new NotSupportedException();
    }
}
