using System.Text.Json;
using System.Xml.Linq;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>Reads AWS's errors, in JSON or XML, into the closed set of codes.</summary>
internal static class AwsFault
{
    public static async Task<Error> ReadAsync(HttpResponseMessage reply, CancellationToken ct)
    {
        var body = await reply.Content.ReadAsStringAsync(ct);
        var (code, message) = Parse(body);
        if (reply.Headers.TryGetValues("x-amzn-ErrorType", out var types)) code = types.First();
        code = code.Split('#')[^1].Split(':')[0];
        if (message.Length == 0) message = $"AWS answered {(int)reply.StatusCode} {reply.ReasonPhrase}{(code.Length == 0 ? "" : $" ({code})")}.";
        return new Error(Code(code, message, (int)reply.StatusCode, body), message);
    }

    private static ErrorCode Code(string code, string message, int status, string body) => code switch
    {
        _ when status == 404 || code is "ResourceNotFound" or "ResourceNotFoundException" => ErrorCode.NotFound,
        "ValidationException" or "ValidationError" when Says(message, "could not find") || Says(message, "not found") || Says(message, "does not exist") => ErrorCode.NotFound,
        "ValidationException" when Says(message, "already exist") => ErrorCode.AlreadyExists,
        "ResourceInUse" or "ResourceInUseException" or "BucketAlreadyExists" or "BucketAlreadyOwnedByYou" => ErrorCode.AlreadyExists,
        "ResourceLimitExceeded" or "ThrottlingException" or "Throttling" or "SlowDown" or "RequestEntityTooLarge" => ErrorCode.ResourceExhausted,
        "ModelError" => body.Contains("\"OriginalStatusCode\":4", StringComparison.Ordinal) ? ErrorCode.InvalidArgument : ErrorCode.Unavailable,
        "UnknownOperationException" or "NotImplemented" or "InvalidAction" => ErrorCode.Unimplemented,
        "BucketNotEmpty" or "ConflictException" or "PreconditionFailed" => ErrorCode.FailedPrecondition,
        "InvalidRange" => ErrorCode.OutOfRange,
        "AccessDenied" or "AccessDeniedException" => ErrorCode.PermissionDenied,
        "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredTokenException" or "ExpiredToken" => ErrorCode.Unauthenticated,
        _ => status switch { 413 or 429 => ErrorCode.ResourceExhausted, 403 => ErrorCode.PermissionDenied, 412 => ErrorCode.FailedPrecondition, >= 500 => ErrorCode.Unavailable, _ => ErrorCode.InvalidArgument },
    };

    private static bool Says(string message, string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static (string Code, string Message) Parse(string body)
    {
        try
        {
            if (body.StartsWith('{'))
            {
                using var json = JsonDocument.Parse(body);
                return (Text(json.RootElement, "__type"), Text(json.RootElement, "message") is { Length: > 0 } m ? m : Text(json.RootElement, "Message"));
            }
            if (body.StartsWith('<'))
            {
                var all = XDocument.Parse(body).Descendants().ToList();
                return (all.Find(e => e.Name.LocalName == "Code")?.Value ?? "", all.Find(e => e.Name.LocalName == "Message")?.Value ?? "");
            }
        }
        catch (Exception e) when (e is JsonException or System.Xml.XmlException)
        {
            // Something between here and AWS answered in words of its own; they are shown as they are.
        }
        return ("", body.Length > 500 ? body[..500] : body);
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
