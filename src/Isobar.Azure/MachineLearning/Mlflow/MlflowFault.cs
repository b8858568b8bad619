using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>A refusal as MLflow's servers write it: <c>error_code</c> and <c>message</c>.</summary>
internal sealed class MlflowFault(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public JsonObject ToJson() => new() { ["error_code"] = code, ["message"] = Message };

    public static MlflowFault NotFound(string what) => new(404, "RESOURCE_DOES_NOT_EXIST", $"{what} does not exist.");

    public static MlflowFault Invalid(string field, string? value, string allowed) => new(400, "INVALID_PARAMETER_VALUE", value is null ? $"{field}: {allowed}" : $"{field} is '{(value.Length > 100 ? value[..100] : value)}': {allowed}");

    public static MlflowFault Exists(string message) => new(400, "RESOURCE_ALREADY_EXISTS", message);

    public static MlflowFault Of(Error error) => error.Code switch
    {
        ErrorCode.NotFound => new(404, "RESOURCE_DOES_NOT_EXIST", error.Message),
        ErrorCode.AlreadyExists => Exists(error.Message),
        ErrorCode.InvalidArgument or ErrorCode.OutOfRange or ErrorCode.FailedPrecondition => new(400, "INVALID_PARAMETER_VALUE", error.Message),
        ErrorCode.Aborted => new(409, "RESOURCE_CONFLICT", error.Message),
        ErrorCode.ResourceExhausted => new(429, "RESOURCE_EXHAUSTED", error.Message),
        ErrorCode.Unavailable => new(503, "TEMPORARILY_UNAVAILABLE", error.Message),
        _ => new(500, "INTERNAL_ERROR", error.Message),
    };

    public static MlflowFault Of(ArmFault fault) => new(fault.Status, fault.Status switch
    {
        404 => "RESOURCE_DOES_NOT_EXIST",
        409 => "RESOURCE_CONFLICT",
        413 => "REQUEST_LIMIT_EXCEEDED",
        < 500 => "INVALID_PARAMETER_VALUE",
        _ => "INTERNAL_ERROR",
    }, fault.Message);
}
