using Isobar.Core.Results;
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
