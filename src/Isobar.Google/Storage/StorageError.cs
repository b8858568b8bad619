using Isobar.Core.Results;

namespace Isobar.Google.Storage;

/// <summary>An error of Cloud Storage's JSON API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">The word that client libraries look at.</param>
/// <param name="Message">For people.</param>
internal sealed record StorageError(int Status, string Reason, string Message)
{
    /// <summary>The parameter or header that is at fault.</summary>
    public string? Location { get; init; }
    /// <summary><c>parameter</c> or <c>header</c>.</summary>
    public string? LocationType { get; init; }
    /// <summary>Headers that go with it.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static StorageError NotModified => new(304, "notModified", "Not Modified");
    public static StorageError Invalid(string parameter, string? value, string allowed) =>
        new(400, "invalid", $"Invalid value '{Short(value)}' for {parameter}: {allowed}") { Location = parameter, LocationType = "parameter" };
    public static StorageError Required(string parameter) => new(400, "required", $"Required parameter: {parameter}") { Location = parameter, LocationType = "parameter" };
    public static StorageError Condition(string name) => new(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.") { Location = name, LocationType = "header" };
    public static StorageError NoObject(string bucket, string name) => new(404, "notFound", $"No such object: {bucket}/{name}");
    public static StorageError NoBucket(string bucket) => new(404, "notFound", $"The specified bucket does not exist: {bucket}");
    public static StorageError Unsupported(string method) => new(501, "notImplemented", $"The emulator does not support storage.{method}.");

    /// <summary>The dialect's word for a failure of the engine.</summary>
    public static StorageError From(Error error, string bucket, string name) => error.Code switch
    {
        ErrorCode.NotFound when error.Faults is [{ Field: "bucket" }, ..] => NoBucket(bucket),
        ErrorCode.NotFound => NoObject(bucket, name),
        ErrorCode.AlreadyExists => new(409, "conflict", "Your previous request to create the named bucket succeeded and you already own it."),
        ErrorCode.FailedPrecondition => Condition("If-Match"),
        ErrorCode.OutOfRange => new(416, "requestedRangeNotSatisfiable", error.Message),
        ErrorCode.DataLoss or ErrorCode.InvalidArgument => new(400, "invalid", error.Message) { Location = error.Faults.Count > 0 ? error.Faults[0].Field : null, LocationType = error.Faults.Count > 0 ? "parameter" : null },
        ErrorCode.ResourceExhausted => new(429, "rateLimitExceeded", error.Message),
        ErrorCode.PermissionDenied => new(403, "forbidden", error.Message),
        ErrorCode.Unauthenticated => new(401, "authError", error.Message),
        ErrorCode.Unavailable => new(503, "backendError", error.Message),
        _ => new(500, "backendError", error.Message),
    };

    private static string? Short(string? value) => value is { Length: > 100 } ? value[..100] + "…" : value;
}
