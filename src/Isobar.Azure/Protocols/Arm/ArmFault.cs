using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>A refusal in ARM's terms; the routes write it as <c>error{code,message,target,details}</c>.</summary>
internal sealed class ArmFault(int status, string code, string message, string? target = null, IReadOnlyList<Fault>? details = null) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;
    public string? Target { get; } = target;
    public IReadOnlyList<Fault> Details { get; } = details ?? [];

    public static ArmFault Of(Error error, string? target = null) => error.Code switch
    {
        ErrorCode.NotFound => new(404, "NotFound", error.Message, target),
        ErrorCode.InvalidArgument or ErrorCode.OutOfRange or ErrorCode.DataLoss => new(400, "ValidationError", error.Message, target ?? error.Faults.FirstOrDefault()?.Field, error.Faults),
        ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition or ErrorCode.Aborted => new(409, "Conflict", error.Message, target),
        ErrorCode.PermissionDenied => new(403, "AuthorizationFailed", error.Message, target),
        ErrorCode.Unauthenticated => new(401, "AuthenticationFailed", error.Message, target),
        ErrorCode.ResourceExhausted => new(429, "TooManyRequests", error.Message, target),
        ErrorCode.Unimplemented => new(400, "OperationNotSupported", error.Message, target),
        ErrorCode.Unavailable => new(503, "ServiceUnavailable", error.Message, target),
        ErrorCode.DeadlineExceeded => new(504, "GatewayTimeout", error.Message, target),
        _ => new(500, "InternalServerError", error.Message, target),
    };

    /// <summary>A resource that is not there, in ARM's words.</summary>
    public static ArmFault NotFound(ArmId id) => new(404, "ResourceNotFound", $"The Resource '{id.Type}/{id.Name}' under resource group '{id.ResourceGroup}' was not found.", id.Text);

    /// <summary>A field that is not as documented.</summary>
    public static ArmFault Invalid(string field, string? value, string allowed) =>
        new(400, "ValidationError", value is null ? $"{field}: {allowed}" : $"{field} is '{value}': {allowed}", field, [new Fault(field, value, allowed)]);

    public static ArmFault Required(string field) => Invalid(field, null, "is required");

    public static ArmFault Conflict(string message, string? target = null) => new(409, "Conflict", message, target);

    /// <summary>What is documented and not built here.</summary>
    public static ArmFault Unsupported(string what, string? target = null) => new(400, "OperationNotSupported", what, target);

    public JsonObject ToJson()
    {
        var error = new JsonObject { ["code"] = Code, ["message"] = Message };
        if (Target is not null) error["target"] = Target;
        error["details"] = new JsonArray([.. Details.Select(d => (JsonNode)new JsonObject { ["code"] = Code, ["message"] = d.Message, ["target"] = d.Field })]);
        return new JsonObject { ["error"] = error };
    }
}
