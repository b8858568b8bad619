using System.Text;
using System.Text.Json;
using Isobar.Aws.Protocols;
using Isobar.Core.Results;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.SageMakerRuntime;

/// <summary>Errors of the runtime as its SDKs parse them.</summary>
internal static class RuntimeErrors
{
    public static AwsError EndpointNotFound(AwsCaller caller, string endpoint) => new("ValidationError", $"Endpoint {endpoint} of account {caller.Account} not found.");

    public static AwsError VariantNotFound(string variant) => new("ValidationError", $"Variant {variant} not found for Request");

    public static AwsError Validation(string message) => new("ValidationError", message);

    /// <summary>What the gateway answers; it has no error code, so SDKs show the status as the code.</summary>
    public static AwsError TooLarge(int limit) => new("", $"HTTP content length exceeded {limit} bytes.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>The model refused, failed or timed out.</summary>
    public static Task WriteModelErrorAsync(HttpContext http, AwsCaller caller, string endpoint, int status, string message)
    {
        var group = $"/aws/sagemaker/Endpoints/{endpoint}";
        var kind = status is >= 400 and < 500 ? "client" : "server";
        var sentence = $"Received {kind} error ({status}) from primary with message \"{message}\". See https://{caller.Region}.console.aws.amazon.com/cloudwatch/home?region={caller.Region}#logEventViewer:group={group} in account {caller.Account} for more information.";
        return WriteAsync(http, "ModelError", StatusCodes.Status424FailedDependency, writer =>
        {
            writer.WriteString("ErrorCode", kind == "client" ? "CLIENT_ERROR_FROM_MODEL" : "INTERNAL_FAILURE_FROM_MODEL");
            writer.WriteString("LogStreamArn", $"arn:{Arn.PartitionOf(caller.Region)}:logs:{caller.Region}:{caller.Account}:log-group:{group}");
            writer.WriteString("Message", sentence);
            writer.WriteString("OriginalMessage", message);
            writer.WriteNumber("OriginalStatusCode", status);
        });
    }

    public static Task WriteAsync(HttpContext http, AwsError error) => WriteAsync(http, error.Code, error.Status, writer => writer.WriteString("Message", error.Message));

    /// <summary>The model's status that stands for an engine failure; 0: the failure is not the model's.</summary>
    public static int ModelStatus(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.OutOfRange => StatusCodes.Status400BadRequest,
        ErrorCode.Unimplemented => StatusCodes.Status415UnsupportedMediaType,
        _ => 0,
    };

    /// <summary>Failures that are not the model's.</summary>
    public static AwsError Of(Error error) => error.Code switch
    {
        ErrorCode.ResourceExhausted => new("ThrottlingException", error.Message, StatusCodes.Status429TooManyRequests),
        ErrorCode.Unavailable => new("ServiceUnavailable", error.Message, StatusCodes.Status503ServiceUnavailable),
        _ => new("InternalFailure", error.Message, StatusCodes.Status500InternalServerError),
    };

    private static async Task WriteAsync(HttpContext http, string code, int status, Action<Utf8JsonWriter> members)
    {
        var response = http.Response;
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        response.StatusCode = status;
        response.ContentType = "application/json";
        if (code.Length > 0) response.Headers["x-amzn-ErrorType"] = code;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), http.RequestAborted);
    }

    /// <summary>The text of a model's own error, cut to what the field may hold.</summary>
    public static string Text(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body.Length > 1500 ? body[..1500] : body);
}
