using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Server.Gateway.Formats;
using Microsoft.AspNetCore.Http;

namespace Isobar.Server.Gateway;

/// <summary>Bodies and failures of the control plane's calls (RFC 9457).</summary>
internal static class Problems
{
    /// <summary>Reads a JSON body; a failure tells where it is wrong.</summary>
    public static async Task<Result<T>> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, int most) where T : class
    {
        if (await BoundedBody.ReadAsync(http.Request.BodyReader, http.Request.ContentLength, most, http.RequestAborted).ConfigureAwait(false) is not { } body) return new Error(ErrorCode.OutOfRange, $"A body has at most {most} bytes.");
        try { return JsonSerializer.Deserialize(body.Span, type) is { } value ? value : new Error(ErrorCode.InvalidArgument, "The body is empty."); }
        catch (JsonException e) { return Error.Invalid(e.Path ?? "$", null, $"The body is not as it must be, at line {e.LineNumber + 1}, {e.Path}: {e.Message.Split(" Path:")[0]}"); }
    }

    /// <summary>Writes a failure, with each fault by its field.</summary>
    public static Task WriteAsync(HttpContext http, Error error)
    {
        var status = GatewayErrors.StatusOf(error.Code);
        return error.Faults.Count == 0
            ? Results.Problem(error.Message, statusCode: status, title: error.Code.ToString()).ExecuteAsync(http)
            : Results.ValidationProblem(error.Faults.GroupBy(f => f.Field).ToDictionary(g => g.Key, g => g.Select(f => f.Message).ToArray()), error.Message, statusCode: status, title: error.Code.ToString()).ExecuteAsync(http);
    }
}
