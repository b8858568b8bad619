using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Isobar.Aws.Protocols.Json;
using Isobar.Aws.Protocols.Query;
using Isobar.Aws.Protocols.Validation;
using Isobar.Core.Results;
using Isobar.Core.Support;

namespace Isobar.Aws.Protocols;

/// <summary>
/// A service whose operations are told by name, over awsJson or awsQuery. A subclass registers its operations in its constructor;
/// parsing, validation, unknown operations and both envelopes are done here.
/// </summary>
internal abstract class AwsRpcService(string name, RpcIdentity identity) : IAwsService
{
    private readonly Dictionary<string, RpcOperation> _operations = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    protected RpcIdentity Identity { get; } = identity;

    /// <summary>Every operation name of the service; those that are not registered are unsupported.</summary>
    protected virtual IReadOnlyList<string> Model => [.. OperationNames.Of(Name)];

    public IReadOnlyList<OperationSupport> Support =>
        [.. Model.Union(_operations.Keys).Order(StringComparer.Ordinal).Select(o => _operations.TryGetValue(o, out var built) ? new OperationSupport(o, built.Level, built.Note) : new(o, SupportLevel.Unsupported))];

    public virtual bool Matches(AwsRequest request)
    {
        if (request.Target is { } target)
            return Identity.TargetPrefix is { } prefix && target.Length > prefix.Length && target[prefix.Length] == '.' && target.StartsWith(prefix, StringComparison.Ordinal);
        if (Identity.QueryVersion is null || request.Form is not { } form) return false;
        return request.Scope is { Service: var service } ? Identity.SigningNames.Contains(service) : form.Version == Identity.QueryVersion;
    }

    public virtual Task HandleAsync(AwsRequest request) => request.Form is null ? HandleJsonAsync(request) : HandleQueryAsync(request);

    public virtual Task RefuseAsync(AwsRequest request, AwsError error) => request.Form is null
        ? AwsJson.WriteErrorAsync(request.Http.Response, Identity.JsonContentType, error, MessageField(error))
        : QueryReply.WriteAsync(request.Http.Response, error.Status, QueryXml.Error(Identity.XmlNamespace, request.RequestId, error));

    /// <summary>Registers an operation.</summary>
    protected void Operation<TRequest, TReply>(
        string operation, JsonTypeInfo<TRequest> request, JsonTypeInfo<TReply> reply,
        Func<TRequest, AwsCaller, CancellationToken, Task<AwsResult<TReply>>> handle, SupportLevel level = SupportLevel.Real, string? note = null)
        where TRequest : class
        where TReply : class =>
        _operations.Add(operation, new RpcOperation<TRequest, TReply>(operation, level, note, request, reply, handle));

    /// <summary>Registers an operation that answers with an empty body.</summary>
    protected void Operation<TRequest>(
        string operation, JsonTypeInfo<TRequest> request,
        Func<TRequest, AwsCaller, CancellationToken, Task<AwsResult<NoReply>>> handle, SupportLevel level = SupportLevel.Real, string? note = null)
        where TRequest : class =>
        Operation(operation, request, ProtocolJson.Default.NoReply, handle, level, note);

    /// <summary>Finds an operation, for protocols that a subclass adds.</summary>
    protected RpcOperation? Find(string operation) => _operations.GetValueOrDefault(operation);

    /// <summary>The service's name for an engine failure.</summary>
    protected virtual AwsError Translate(Error error) => AwsError.Of(error);

    /// <summary>The JSON field that an error's message stands in.</summary>
    protected virtual string MessageField(AwsError error) => "message";

    /// <summary>The error of a failed constraint check; the message lists every fault. The query protocol has a name of its own for it.</summary>
    protected virtual AwsError Invalid(string message) => Identity.TargetPrefix is null ? new("ValidationError", message) : AwsError.Validation(message);

    /// <summary>What else must hold before the operation runs; null to go on.</summary>
    protected virtual Task<AwsError?> CheckAsync(object request, AwsCaller caller, CancellationToken ct) => Task.FromResult<AwsError?>(null);

    /// <summary>Validates and runs: the part that all protocols share.</summary>
    protected async Task<(object? Reply, AwsError? Error)> InvokeAsync(RpcOperation operation, object parsed, AwsRequest request)
    {
        var faults = WireValidator.Check(parsed);
        if (faults.Count > 0) return (null, Invalid(WireValidator.Message(faults)));
        if (await CheckAsync(parsed, request.Caller, request.Http.RequestAborted) is { } refusal) return (null, refusal);
        return await operation.InvokeAsync(parsed, request.Caller, Translate, request.Http.RequestAborted);
    }

    /// <summary>Runs an operation for another part of this cloud, with the same checks as a request from outside.</summary>
    public async Task<(JsonObject? Reply, AwsError? Error)> CallAsync(string operation, JsonObject request, AwsCaller caller, CancellationToken ct)
    {
        if (Find(operation) is not { } found) return (null, UnknownOperation(operation));
        if (Parse(found, Encoding.UTF8.GetBytes(request.ToJsonString()), out var fault) is not { } parsed) return (null, fault);
        var faults = WireValidator.Check(parsed);
        if (faults.Count > 0) return (null, Invalid(WireValidator.Message(faults)));
        var (reply, error) = await found.InvokeAsync(parsed, caller, Translate, ct);
        return error is null ? ((JsonObject)JsonSerializer.SerializeToNode(reply, found.Reply)!, null) : (null, error);
    }

    private async Task HandleJsonAsync(AwsRequest request)
    {
        var name = request.Target![(Identity.TargetPrefix!.Length + 1)..];
        var body = await request.ReadBodyAsync();
        var (reply, error) = Find(name) is not { } operation ? (null, UnknownOperation(name))
            : !body.TryGet(out var bytes, out var tooLarge) ? (null, new AwsError("RequestEntityTooLarge", tooLarge.Message, 413))
            : Parse(operation, bytes.Span, out var fault) is not { } parsed ? (null, fault)
            : await InvokeAsync(operation, parsed, request);
        if (error is not null) await RefuseAsync(request, error);
        else await AwsJson.WriteAsync(request.Http.Response, Identity.JsonContentType, reply!, Find(name)!.Reply);
    }

    private async Task HandleQueryAsync(AwsRequest request)
    {
        var name = request.Form!.Action;
        var (reply, error) = Find(name) is not { } operation ? (null, new AwsError("InvalidAction", $"Could not find operation {name} for version {request.Form.Version}"))
            : Bind(operation, request.Form, out var fault) is not { } parsed ? (null, fault)
            : await InvokeAsync(operation, parsed, request);
        if (error is not null) await RefuseAsync(request, error);
        else await QueryReply.WriteAsync(request.Http.Response, 200, QueryXml.Reply(name, Identity.XmlNamespace, request.RequestId, reply!, Find(name)!.Reply));
    }

    private static AwsError UnknownOperation(string name) => new("UnknownOperationException", $"Unknown operation: {name}");

    private static object? Parse(RpcOperation operation, ReadOnlySpan<byte> body, out AwsError? fault)
    {
        fault = null;
        try
        {
            // Some clients send no body at all where every member is optional.
            return JsonSerializer.Deserialize(body.IsEmpty ? "{}"u8 : body, operation.Request) ?? throw new JsonException("The request is null.");
        }
        catch (JsonException e)
        {
            fault = new AwsError("SerializationException", $"The request is not the JSON that {operation.Name} takes: {e.Message}");
            return null;
        }
    }

    private static object? Bind(RpcOperation operation, QueryForm form, out AwsError? fault)
    {
        fault = null;
        try
        {
            return form.Bind(operation.Request).Deserialize(operation.Request);
        }
        catch (JsonException e)
        {
            fault = new AwsError("MalformedInput", $"The request does not have the fields that {operation.Name} takes: {e.Message}");
            return null;
        }
    }
}
