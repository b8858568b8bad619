using System.Net.Http.Headers;
using System.Text.Json;
using Isobar.Aws.SageMaker;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>Operations of SageMaker by name, over its wire records.</summary>
internal sealed class SageMakerCalls(AwsTransport transport)
{
    public AwsClientOptions Options => transport.Options;

    /// <summary>Calls an operation that may be repeated: one that reads, deletes or sets.</summary>
    public Task<Result<TReply>> ReadAsync<TRequest, TReply>(string operation, TRequest request, CancellationToken ct) where TRequest : class where TReply : class =>
        CallAsync<TRequest, TReply>(AwsClientRegistration.Repeatable, operation, request, ct);

    /// <summary>Calls an operation that must happen once: a second try after a lost answer would find the first one's work.</summary>
    public Task<Result<TReply>> CallAsync<TRequest, TReply>(string operation, TRequest request, CancellationToken ct) where TRequest : class where TReply : class =>
        CallAsync<TRequest, TReply>(AwsClientRegistration.Once, operation, request, ct);

    /// <summary>Calls an operation that answers with nothing.</summary>
    public async Task<Result<Done>> DoAsync<TRequest>(string operation, TRequest request, CancellationToken ct) where TRequest : class =>
        (await SendAsync(AwsClientRegistration.Repeatable, operation, request, ct)).Map(_ => Done.Value);

    private async Task<Result<TReply>> CallAsync<TRequest, TReply>(string client, string operation, TRequest request, CancellationToken ct) where TRequest : class where TReply : class
    {
        if (!(await SendAsync(client, operation, request, ct)).TryGet(out var body, out var error)) return error;
        try
        {
            return JsonSerializer.Deserialize(body, SageMakerJson.Of<TReply>()) is { } reply ? reply : new Error(ErrorCode.Internal, $"{operation} answered with nothing.");
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.Internal, $"{operation} answered with something else than its reply: {e.Message}");
        }
    }

    private async Task<Result<byte[]>> SendAsync<TRequest>(string client, string operation, TRequest request, CancellationToken ct) where TRequest : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request, SageMakerJson.Of<TRequest>());
        using var message = new HttpRequestMessage(HttpMethod.Post, transport.Address("api.sagemaker", "/")) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        message.Headers.TryAddWithoutValidation("X-Amz-Target", "SageMaker." + operation);
        if (!(await transport.SendAsync(client, "sagemaker", message, AwsTransport.Hash(body), ct)).TryGet(out var reply, out var error)) return error;
        using (reply) return await reply.Content.ReadAsByteArrayAsync(ct);
    }
}
