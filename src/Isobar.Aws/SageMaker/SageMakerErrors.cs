using Isobar.Aws.Protocols;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker;

/// <summary>SageMaker's errors in its own words, on which its clients match.</summary>
internal static class SageMakerErrors
{
    public static AwsError Invalid(string message) => AwsError.Validation(message);

    public static AwsError InUse(string message) => new("ResourceInUse", message);

    public static AwsError NotFound(string message) => new("ResourceNotFound", message);

    public static AwsError LimitExceeded(string message) => new("ResourceLimitExceeded", message);

    public static AwsError CouldNotFind(string what, string arn) => Invalid($"Could not find {what} \"{arn}\".");

    public static AwsError AlreadyExisting(string what, string arn) => Invalid($"Cannot create already existing {what} \"{arn}\".");

    /// <summary>Of a stop that comes too late.</summary>
    public static AwsError InStatus(string job, string status) => Invalid($"The request was rejected because the {job} job is in status {status}.");

    public static AwsError Of(Error error) => error.Code switch
    {
        ErrorCode.AlreadyExists => InUse(error.Message),
        ErrorCode.NotFound => NotFound(error.Message),
        ErrorCode.ResourceExhausted => LimitExceeded(error.Message),
        ErrorCode.Aborted => new("ConflictException", error.Message),
        _ => AwsError.Of(error),
    };
}
