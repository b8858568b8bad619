using System.Text;
using Isobar.Aws.Protocols.Json;
using Isobar.Aws.Protocols.Query;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Protocols;

/// <summary>Answers for services that the emulator does not have, in the protocol that the request speaks, so that SDKs raise a proper error.</summary>
internal sealed class UnknownService : IAwsService
{
    // Services that speak REST with XML; all others that are told by path speak REST with JSON.
    private static readonly HashSet<string> RestXml = ["s3", "s3-outposts", "s3express", "cloudfront", "route53"];

    public string Name => "unknown";

    public IReadOnlyList<OperationSupport> Support => [];

    /// <summary>Whether the request names a service that only this class can answer for; what names none may be S3's.</summary>
    public bool Matches(AwsRequest request) =>
        request.Target is not null || request.Form is not null || IsCbor(request) || request.Scope is { Service: var service } && !service.StartsWith("s3", StringComparison.Ordinal);

    public Task HandleAsync(AwsRequest request) => RefuseAsync(request, new("UnknownOperationException", $"Isobar does not have {Wanted(request)}.", request.Target is null && request.Form is null ? 501 : 400));

    public Task RefuseAsync(AwsRequest request, AwsError error)
    {
        var response = request.Http.Response;
        if (request.Form is not null) return QueryReply.WriteAsync(response, error.Status, QueryXml.Error("", request.RequestId, error with { Code = error.Code == "UnknownOperationException" ? "InvalidAction" : error.Code }));
        if (IsCbor(request)) return WriteCborAsync(response, error);
        if (request.Target is not null) return AwsJson.WriteErrorAsync(response, request.Http.Request.ContentType ?? "application/x-amz-json-1.1", error);
        if (request.Scope is { } scope && !RestXml.Contains(scope.Service)) return AwsJson.WriteErrorAsync(response, "application/json", error);
        return QueryReply.WriteAsync(response, error.Status, new("Error", new System.Xml.Linq.XElement("Code", "NotImplemented"), new System.Xml.Linq.XElement("Message", error.Message), new System.Xml.Linq.XElement("RequestId", request.RequestId)));
    }

    private static string Wanted(AwsRequest request) =>
        request.Target is { } target ? $"the operation {target}"
        : request.Form is { } form ? $"the operation {form.Action} of API version {form.Version}"
        : $"{request.Http.Request.Method} {request.Http.Request.Path}{(request.Scope is { } scope ? $" of the service {scope.Service}" : "")}";

    private static bool IsCbor(AwsRequest request) => request.Http.Request.Headers["Smithy-Protocol"] == "rpc-v2-cbor";

    /// <summary>An RPC v2 error: the CBOR map {"__type", "message"}.</summary>
    private static async Task WriteCborAsync(HttpResponse response, AwsError error)
    {
        using var body = new MemoryStream();
        body.WriteByte(0xA2);
        foreach (var text in (string[])["__type", error.Code, "message", error.Message])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            body.Write([0x79, (byte)(bytes.Length >> 8), (byte)bytes.Length]);
            body.Write(bytes);
        }
        response.StatusCode = error.Status;
        response.ContentType = "application/cbor";
        response.Headers["smithy-protocol"] = "rpc-v2-cbor";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
