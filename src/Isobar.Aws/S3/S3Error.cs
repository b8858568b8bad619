using Isobar.Core.Results;

namespace Isobar.Aws.S3;

/// <summary>An error as S3 words it.</summary>
/// <param name="Code">Such as <c>NoSuchKey</c>: SDKs make their exception types from it.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">For a person.</param>
internal sealed record S3Error(string Code, int Status, string Message)
{
    /// <summary>Further elements of the error document.</summary>
    public IReadOnlyList<(string Name, string Value)> Details { get; init; } = [];
    /// <summary>Headers that go with it.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static S3Error NotImplemented(string operation) => new("NotImplemented", 501, $"A header you provided implies functionality that is not implemented: {operation}.");
    public static S3Error MethodNotAllowed { get; } = new("MethodNotAllowed", 405, "The specified method is not allowed against this resource.");
    public static S3Error NoSuchBucket(string? bucket) => new("NoSuchBucket", 404, "The specified bucket does not exist") { Details = [("BucketName", bucket ?? "")] };
    public static S3Error NoSuchKey(string? key) => new("NoSuchKey", 404, "The specified key does not exist.") { Details = [("Key", key ?? "")] };
    public static S3Error NoSuchVersion(string? key, string? version) => new("NoSuchVersion", 404, "The specified version does not exist.") { Details = [("Key", key ?? ""), ("VersionId", version ?? "")] };
    public static S3Error NoSuchUpload(string? id) => new("NoSuchUpload", 404, "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.") { Details = [("UploadId", id ?? "")] };
    public static S3Error PreconditionFailed(string condition) => new("PreconditionFailed", 412, "At least one of the pre-conditions you specified did not hold") { Details = [("Condition", condition)] };
    public static S3Error NotModified { get; } = new("NotModified", 304, "Not Modified");
    public static S3Error MalformedXml { get; } = new("MalformedXML", 400, "The XML you provided was not well-formed or did not validate against our published schema");
    public static S3Error InvalidRequest(string message) => new("InvalidRequest", 400, message);
    public static S3Error InvalidArgument(string name, string? value, string message) => new("InvalidArgument", 400, message) { Details = [("ArgumentName", name), ("ArgumentValue", value ?? "")] };
    public static S3Error InvalidTag(string message) => new("InvalidTag", 400, message);
    public static S3Error InvalidRange(string range, long size) => new("InvalidRange", 416, "The requested range is not satisfiable")
    {
        Details = [("RangeRequested", range), ("ActualObjectSize", size.ToString())],
        Headers = [("Content-Range", $"bytes */{size}")],
    };
    public static S3Error EntityTooLarge(long proposed) => new("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size") { Details = [("ProposedSize", proposed.ToString()), ("MaxSizeAllowed", S3Names.MaxSinglePut.ToString())] };
    public static S3Error IncompleteBody { get; } = new("IncompleteBody", 400, "The request body terminated unexpectedly");
    public static S3Error InvalidPart(string? part) => new("InvalidPart", 400, "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.") { Details = [("PartNumber", part ?? "")] };

    /// <summary>Puts one of the engine's failures into S3's words. The fault's field tells which of several codes is meant.</summary>
    public static S3Error From(Error error, S3Call call)
    {
        var fault = error.Faults.Count > 0 ? error.Faults[0] : null;
        return (error.Code, fault?.Field) switch
        {
            (ErrorCode.NotFound, "bucket") => NoSuchBucket(fault!.Value),
            (ErrorCode.NotFound, "uploadId") => NoSuchUpload(fault!.Value),
            (ErrorCode.NotFound, "deleteMarker") => NoSuchKey(call.Key) with { Headers = [("x-amz-delete-marker", "true"), ("x-amz-version-id", fault!.Value ?? "null")] },
            (ErrorCode.NotFound, _) => NoSuchKey(fault?.Value ?? call.Key),
            (ErrorCode.FailedPrecondition, _) => PreconditionFailed(call.Header("If-None-Match") is null ? "If-Match" : "If-None-Match"),
            (ErrorCode.OutOfRange, _) => InvalidRange(call.Header("Range") ?? "", 0),
            (ErrorCode.DataLoss, "length") => IncompleteBody,
            (ErrorCode.DataLoss, "md5") => new("BadDigest", 400, "The Content-MD5 you specified did not match what we received."),
            (ErrorCode.DataLoss, "contentSha256") => new("XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed."),
            (ErrorCode.DataLoss, { } algorithm) => new("BadDigest", 400, $"The {S3Names.Checksums.GetValueOrDefault(algorithm, algorithm)} you specified did not match the calculated checksum."),
            (ErrorCode.InvalidArgument, "part") => InvalidPart(fault!.Value),
            (ErrorCode.InvalidArgument, "partOrder") => new("InvalidPartOrder", 400, "The list of parts was not in ascending order. Parts must be ordered by part number."),
            (ErrorCode.InvalidArgument, "partSize") => new("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size") { Details = [("PartNumber", fault!.Value ?? "")] },
            (ErrorCode.InvalidArgument, "key") => new("KeyTooLongError", 400, "Your key is too long") { Details = [("MaxSizeAllowed", S3Names.MaxKeyBytes.ToString())] },
            (ErrorCode.InvalidArgument, _) => InvalidArgument(fault?.Field ?? "", fault?.Value, error.Message),
            (ErrorCode.Aborted, _) => new("OperationAborted", 409, "A conflicting conditional operation is currently in progress against this resource. Please try again."),
            (ErrorCode.ResourceExhausted, _) => new("ServiceUnavailable", 503, error.Message),
            _ => new("InternalError", 500, "We encountered an internal error. Please try again."),
        };
    }
}

/// <summary>A request body that is not what its headers say, found while the engine was reading it.</summary>
internal sealed class S3BodyException(S3Error error) : IOException(error.Message)
{
    public S3Error Error { get; } = error;
}
