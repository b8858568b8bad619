using System.Text.Json.Serialization.Metadata;
using Isobar.Core.Results;
using Isobar.Core.Support;

namespace Isobar.Aws.Protocols;

/// <summary>An operation by name, independent of the protocol that carries it.</summary>
internal abstract record RpcOperation(string Name, SupportLevel Level, string? Note, JsonTypeInfo Request, JsonTypeInfo Reply)
{
    /// <summary>Runs the operation on a request that was parsed and validated. The reply is of the type that <see cref="Reply"/> describes.</summary>
    public abstract Task<(object? Reply, AwsError? Error)> InvokeAsync(object request, AwsCaller caller, Func<Error, AwsError> translate, CancellationToken ct);
}

internal sealed record RpcOperation<TRequest, TReply>(
    string Name, SupportLevel Level, string? Note, JsonTypeInfo<TRequest> RequestType, JsonTypeInfo<TReply> ReplyType,
    Func<TRequest, AwsCaller, CancellationToken, Task<AwsResult<TReply>>> Handle)
    : RpcOperation(Name, Level, Note, RequestType, ReplyType)
    where TRequest : class
    where TReply : class
{
    public override async Task<(object? Reply, AwsError? Error)> InvokeAsync(object request, AwsCaller caller, Func<Error, AwsError> translate, CancellationToken ct)
    {
        var result = await Handle((TRequest)request, caller, ct);
        return result.TryGet(translate, out var reply, out var error) ? (reply, null) : (null, error);
    }
}
