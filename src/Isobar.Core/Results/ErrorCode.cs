namespace Isobar.Core.Results;

/// <summary>The closed set of expected failures, after the gRPC canonical status codes. Every edge maps these to its own dialect.</summary>
public enum ErrorCode
{
    /// <summary>The caller withdrew the request.</summary>
    Cancelled = 1,
    /// <summary>A field of the request is missing or out of its documented range.</summary>
    InvalidArgument = 3,
    /// <summary>The deadline passed before the work was done.</summary>
    DeadlineExceeded = 4,
    /// <summary>The named resource does not exist.</summary>
    NotFound = 5,
    /// <summary>A resource of that name exists already.</summary>
    AlreadyExists = 6,
    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,
    /// <summary>A queue, quota or limit is full; the same call may succeed later.</summary>
    ResourceExhausted = 8,
    /// <summary>The resource is in a state that does not allow this.</summary>
    FailedPrecondition = 9,
    /// <summary>Another writer was faster; read again and retry.</summary>
    Aborted = 10,
    /// <summary>A position lies outside of the resource, such as a byte range past the end.</summary>
    OutOfRange = 11,
    /// <summary>The operation is not built.</summary>
    Unimplemented = 12,
    /// <summary>A fault of ours.</summary>
    Internal = 13,
    /// <summary>A part is down or starting; retry.</summary>
    Unavailable = 14,
    /// <summary>Stored data is damaged or a transfer did not arrive whole.</summary>
    DataLoss = 15,
    /// <summary>No valid credentials came with the request.</summary>
    Unauthenticated = 16,
}
