using Isobar.Core.Results;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Control;

/// <summary>The control plane's failures: RFC 9457 problem details, each fault under the name of its field.</summary>
internal static class Problems
{
    public static IResult Of(Error error) => Results.Problem(
        error.Message, statusCode: Status(error.Code), title: error.Code.ToString(),
        extensions: new Dictionary<string, object?>
        {
            ["code"] = error.Code.ToString(),
            ["errors"] = error.Faults.GroupBy(f => f.Field).ToDictionary(g => g.Key, g => g.Select(f => f.Message).ToArray()),
        });

    /// <summary>Says in words what the framework refuses with a bare status: an address that is not there, a method that it does not take, a body that is not JSON.</summary>
    public static Task TellAsync(StatusCodeContext refused)
    {
        var (request, status) = (refused.HttpContext.Request, refused.HttpContext.Response.StatusCode);
        var text = status switch
        {
            StatusCodes.Status404NotFound => $"There is nothing at {request.Path}.",
            StatusCodes.Status405MethodNotAllowed => $"{request.Path} takes no {request.Method}.",
            StatusCodes.Status415UnsupportedMediaType => $"The body of {request.Method} {request.Path} is JSON and says so: Content-Type: application/json (curl -H).",
            _ => null,
        };
        return Results.Problem(text, statusCode: status).ExecuteAsync(refused.HttpContext);
    }

    public static int Status(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.OutOfRange or ErrorCode.DataLoss => 400,
        ErrorCode.Unauthenticated => 401,
        ErrorCode.PermissionDenied => 403,
        ErrorCode.NotFound => 404,
        ErrorCode.AlreadyExists or ErrorCode.FailedPrecondition => 409,
        ErrorCode.Aborted => 412,
        ErrorCode.ResourceExhausted => 429,
        ErrorCode.Unimplemented => 501,
        ErrorCode.Unavailable => 503,
        ErrorCode.DeadlineExceeded => 504,
        _ => 500,
    };
}
