using System.Xml.Linq;
using Isobar.Core.Results;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Protocols.Storage;

/// <summary>A refusal in Azure Storage's terms: XML with a code, which stands in a header too.</summary>
internal sealed class StorageFault(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;
    public string Code { get; } = code;

    public static StorageFault Of(Error error) => error.Code switch
    {
        ErrorCode.NotFound => new(404, "ResourceNotFound", error.Message),
        ErrorCode.AlreadyExists => new(409, "ResourceAlreadyExists", error.Message),
        ErrorCode.FailedPrecondition => new(412, "ConditionNotMet", error.Message),
        ErrorCode.OutOfRange => new(416, "InvalidRange", error.Message),
        ErrorCode.DataLoss => new(400, "Md5Mismatch", error.Message),
        ErrorCode.InvalidArgument => new(400, "InvalidInput", error.Message),
        ErrorCode.ResourceExhausted => new(503, "ServerBusy", error.Message),
        _ => new(500, "InternalError", error.Message),
    };

    public static StorageFault Header(string name, string? value, string allowed) => new(400, value is null ? "MissingRequiredHeader" : "InvalidHeaderValue", $"The header {name}{(value is null ? "" : $" is '{value}': it")} {allowed}.");

    public static StorageFault Query(string name, string? value, string allowed) => new(400, "InvalidQueryParameterValue", $"The query parameter {name} is '{value}': {allowed}.");

    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.Headers["x-ms-error-code"] = Code;
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await StorageXml.WriteAsync(http, new XElement("Error", new XElement("Code", Code), new XElement("Message", Message))).ConfigureAwait(false);
    }
}
