using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Gateway.Formats;

/// <summary>Failures of the gateway, in the words of the request's format.</summary>
internal static class GatewayErrors
{
    /// <summary>A body that is larger than it may be: 413 where the words have no status of their own for it.</summary>
    public static Task WriteTooLargeAsync(HttpContext http, PredictionFormat format, Error error) => format switch
    {
        PredictionFormat.Plain => Results.Problem(error.Message, statusCode: StatusCodes.Status413PayloadTooLarge, title: error.Code.ToString()).ExecuteAsync(http),
        PredictionFormat.Azure => AzureAsync(http, StatusCodes.Status413PayloadTooLarge, error),
        _ => WriteAsync(http, format, error),
    };

    public static Task WriteAsync(HttpContext http, PredictionFormat format, Error error, TimeSpan? retryAfter = null)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return Task.CompletedTask;
        }
        if (retryAfter is { } pause) http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var status = StatusOf(error.Code);
        http.Response.StatusCode = status;
        if (status == 401) http.Response.Headers.WWWAuthenticate = "Bearer";
        return format switch
        {
            PredictionFormat.SageMaker or PredictionFormat.SageMakerStream => SageMakerAsync(http, error),
            PredictionFormat.Vertex or PredictionFormat.VertexRaw => JsonAsync(http, new JsonObject { ["error"] = new JsonObject { ["code"] = status, ["message"] = error.Message, ["status"] = Canonical(error.Code) } }),
            PredictionFormat.Azure => AzureAsync(http, status, error),
            _ => Results.Problem(error.Message, statusCode: status, title: error.Code.ToString()).ExecuteAsync(http),
        };
    }

    /// <summary>The HTTP status of a failure.</summary>
    public static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.OutOfRange => 400,
        ErrorCode.Unauthenticated => 401,
        ErrorCode.PermissionDenied => 403,
        ErrorCode.NotFound => 404,
        ErrorCode.AlreadyExists => 409,
        ErrorCode.Aborted => 412,
        ErrorCode.FailedPrecondition => 409,
        ErrorCode.ResourceExhausted => 429,
        ErrorCode.Unimplemented => 415,
        ErrorCode.Unavailable => 503,
        ErrorCode.DeadlineExceeded => 504,
        ErrorCode.Cancelled => 499,
        _ => 500,
    };

    // An endpoint that is not there is a ValidationError of SageMaker's runtime; what its SDKs may repeat has the codes that they know.
    private static Task SageMakerAsync(HttpContext http, Error error)
    {
        var (code, status) = error.Code switch
        {
            ErrorCode.NotFound => ("ValidationError", 400),
            ErrorCode.InvalidArgument or ErrorCode.OutOfRange or ErrorCode.Unimplemented => ("ModelError", 424),
            ErrorCode.ResourceExhausted => ("ThrottlingException", 429),
            ErrorCode.Unavailable or ErrorCode.DeadlineExceeded => ("ServiceUnavailable", 503),
            ErrorCode.Unauthenticated or ErrorCode.PermissionDenied => ("AccessDeniedException", 403),
            _ => ("InternalFailure", 500),
        };
        http.Response.StatusCode = status;
        http.Response.Headers["x-amzn-ErrorType"] = code;
        var body = new JsonObject { ["Message"] = error.Message };
        if (code == "ModelError") (body["OriginalMessage"], body["OriginalStatusCode"], body["ErrorCode"]) = (error.Message, StatusOf(error.Code), "CLIENT_ERROR_FROM_MODEL");
        return JsonAsync(http, body);
    }

    private static Task AzureAsync(HttpContext http, int status, Error error)
    {
        http.Response.StatusCode = status;
        return JsonAsync(http, new JsonObject { ["error"] = new JsonObject { ["code"] = error.Code.ToString(), ["message"] = error.Message } });
    }

    private static Task JsonAsync(HttpContext http, JsonObject body)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString());
    }

    // InvalidArgument -> INVALID_ARGUMENT
    private static string Canonical(ErrorCode code) => string.Concat(code.ToString().Select((c, i) => i > 0 && char.IsAsciiLetterUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));
}
