using Isobar.Core.Results;

namespace Isobar.Aws.Protocols;

/// <summary>An error as an AWS service answers it.</summary>
/// <param name="Code">The exception's name on the wire, such as <c>ValidationException</c>.</param>
/// <param name="Message">The sentence for a person.</param>
/// <param name="Status">The HTTP status.</param>
public sealed record AwsError(string Code, string Message, int Status = 400)
{
    /// <summary>Whether the caller is at fault; the query protocol says so.</summary>
    public bool IsSender => Status < 500;

    /// <summary>The error for a failed constraint.</summary>
    public static AwsError Validation(string message) => new("ValidationException", message);

    /// <summary>The error that stands for an engine failure where a service has no name of its own for it.</summary>
    public static AwsError Of(Error error) => error.Code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.OutOfRange or ErrorCode.FailedPrecondition => Validation(error.Message),
        ErrorCode.NotFound => new("ResourceNotFoundException", error.Message),
        ErrorCode.AlreadyExists => new("ResourceAlreadyExistsException", error.Message),
        ErrorCode.Aborted => new("ConflictException", error.Message, 409),
        ErrorCode.PermissionDenied => new("AccessDeniedException", error.Message, 403),
        ErrorCode.Unauthenticated => new("UnrecognizedClientException", error.Message, 403),
        ErrorCode.ResourceExhausted => new("ThrottlingException", error.Message),
        ErrorCode.Unimplemented => new("UnknownOperationException", error.Message),
        ErrorCode.Unavailable => new("ServiceUnavailable", error.Message, 503),
        ErrorCode.DeadlineExceeded => new("RequestTimeout", error.Message, 408),
        _ => new("InternalFailure", error.Message, 500),
    };
}
