using System.Text.Json;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Reads Google's errors into the closed set of codes.</summary>
internal static class GoogleFault
{
    public static async Task<Error> ReadAsync(HttpResponseMessage reply, CancellationToken ct)
    {
        var body = await reply.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
        var (status, message) = Parse(body);
        if (message.Length == 0) message = $"Google Cloud answered {(int)reply.StatusCode} {reply.ReasonPhrase}.";
        return new Error(Code(status, (int)reply.StatusCode, message), message);
    }

    private static ErrorCode Code(string status, int http, string message) => status switch
    {
        "INVALID_ARGUMENT" => ErrorCode.InvalidArgument,
        "NOT_FOUND" => ErrorCode.NotFound,
        "ALREADY_EXISTS" => ErrorCode.AlreadyExists,
        "FAILED_PRECONDITION" => ErrorCode.FailedPrecondition,
        "OUT_OF_RANGE" => ErrorCode.OutOfRange,
        "UNIMPLEMENTED" => ErrorCode.Unimplemented,
        "ABORTED" => ErrorCode.Aborted,
        "CANCELLED" => ErrorCode.Cancelled,
        "DATA_LOSS" => ErrorCode.DataLoss,
        _ => http switch
        {
            404 => ErrorCode.NotFound,
            401 => ErrorCode.Unauthenticated,
            403 => ErrorCode.PermissionDenied,
            // Cloud Storage tells the two conflicts apart in words only.
            409 => message.Contains("not empty", StringComparison.Ordinal) ? ErrorCode.FailedPrecondition : ErrorCode.AlreadyExists,
            412 => ErrorCode.FailedPrecondition,
            416 => ErrorCode.OutOfRange,
            429 => ErrorCode.ResourceExhausted,
            501 => ErrorCode.Unimplemented,
            504 => ErrorCode.DeadlineExceeded,
            >= 500 => ErrorCode.Unavailable,
            _ => ErrorCode.InvalidArgument,
        },
    };

    private static (string Status, string Message) Parse(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            // Streams answer with an array of one.
            var root = json.RootElement.ValueKind == JsonValueKind.Array && json.RootElement.GetArrayLength() > 0 ? json.RootElement[0] : json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object) return (Text(error, "status"), Text(error, "message"));
        }
        catch (JsonException)
        {
            // Something between here and Google answered in words of its own; they are shown as they are.
        }
        return ("", body.Length > 500 ? body[..500] : body);
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
