using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Isobar.Core.Results;
using RpcStatus = Google.Rpc.Status;

namespace Isobar.Google.VertexAi.Resources;

/// <summary>Failures as <c>google.rpc.Status</c>: over gRPC with the details in their trailer, from where the REST side takes them.</summary>
internal static class Faults
{
    private const string DetailsTrailer = "grpc-status-details-bin";

    // ErrorCode is numbered as gRPC's codes are.
    public static RpcException Of(Error error) => Make((StatusCode)(int)error.Code, error.Message, error.Faults.Count == 0 ? null : new BadRequest
    {
        FieldViolations = { error.Faults.Select(f => new BadRequest.Types.FieldViolation { Field = f.Field, Description = f.Message }) },
    });

    public static RpcException Invalid(string field, string? value, string allowed) => Of(Error.Invalid(field, value, $"{field}{(value is null ? "" : $" '{(value.Length > 100 ? value[..100] + "…" : value)}'")}: {allowed}"));

    public static RpcException Required(string field) => Of(Error.Invalid(field, null, $"{field} is required."));

    public static RpcException NotFound(string name) => Of(new Error(ErrorCode.NotFound, $"The resource {name} is not found."));

    public static RpcException Precondition(string message) => Of(new Error(ErrorCode.FailedPrecondition, message));

    public static RpcException Unimplemented(string message) => Of(new Error(ErrorCode.Unimplemented, message));

    public static T OrThrow<T>(this Result<T> result) => result.TryGet(out var value, out var error) ? value : throw Of(error);

    public static RpcStatus ToStatus(this Error error) => new() { Code = (int)error.Code, Message = error.Message };

    private static RpcException Make(StatusCode code, string message, IMessage? detail)
    {
        var status = new RpcStatus { Code = (int)code, Message = message };
        if (detail is not null) status.Details.Add(Any.Pack(detail));
        return new RpcException(new global::Grpc.Core.Status(code, message), new Metadata { { DetailsTrailer, status.ToByteArray() } });
    }
}
