using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Reads Azure's errors, Resource Manager's, Storage's and those of scoring addresses, into the closed set of codes.</summary>
internal static class AzureFault
{
    private const string ModelStatus = "ms-azureml-model-error-statuscode";

    public static async Task<Error> ReadAsync(HttpResponseMessage reply, CancellationToken ct)
    {
        var body = await reply.Content.ReadAsStringAsync(ct).ConfigureAwait(false);
        var (code, message) = Parse(body);
        if (code.Length == 0 && reply.Headers.TryGetValues("x-ms-error-code", out var named)) code = named.First();
        var status = (int)reply.StatusCode;
        // A scoring address tells of the model's own failure with 424; whose fault it was, the model's status says.
        if (status == 424 && reply.Headers.TryGetValues(ModelStatus, out var inner) && int.TryParse(inner.First(), out var model)) status = model >= 500 ? 503 : model;
        if (message.Length == 0) message = $"Azure answered {(int)reply.StatusCode} {reply.ReasonPhrase}{(code.Length == 0 ? "" : $" ({code})")}.";
        return new Error(Code(code, status), message);
    }

    /// <summary>The failure that an operation or a resource tells of in its body.</summary>
    public static Error Of(JsonElement? error, string otherwise)
    {
        if (error is not { ValueKind: JsonValueKind.Object } told) return new Error(ErrorCode.Internal, otherwise);
        var message = Text(told, "message");
        return new Error(Code(Text(told, "code"), 400), message.Length > 0 ? message : otherwise);
    }

    private static ErrorCode Code(string code, int status) => code switch
    {
        "ContainerAlreadyExists" or "BlobAlreadyExists" or "ResourceAlreadyExists" => ErrorCode.AlreadyExists,
        "Conflict" or "ConditionNotMet" => ErrorCode.FailedPrecondition,
        "Md5Mismatch" or "Crc64Mismatch" => ErrorCode.DataLoss,
        "OperationNotSupported" or "NotImplemented" => ErrorCode.Unimplemented,
        _ => status switch
        {
            401 => ErrorCode.Unauthenticated,
            403 => ErrorCode.PermissionDenied,
            404 => ErrorCode.NotFound,
            408 or 504 => ErrorCode.DeadlineExceeded,
            409 or 412 => ErrorCode.FailedPrecondition,
            416 => ErrorCode.OutOfRange,
            413 or 429 => ErrorCode.ResourceExhausted,
            501 => ErrorCode.Unimplemented,
            >= 500 => ErrorCode.Unavailable,
            _ => ErrorCode.InvalidArgument,
        },
    };

    private static (string Code, string Message) Parse(string body)
    {
        try
        {
            if (body.StartsWith('{'))
            {
                using var json = JsonDocument.Parse(body);
                var root = json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object ? error : json.RootElement;
                return (Text(root, "code"), Text(root, "message"));
            }
            // A storage error begins with a mark of its encoding.
            if (body.TrimStart('\uFEFF') is var text && text.StartsWith('<'))
            {
                var root = XDocument.Parse(text).Root;
                return (root?.Element("Code")?.Value ?? "", root?.Element("Message")?.Value ?? "");
            }
        }
        catch (Exception e) when (e is JsonException or XmlException)
        {
            // Something between here and Azure answered in words of its own; they are shown as they are.
        }
        return ("", body.Length > 500 ? body[..500] : body);
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
