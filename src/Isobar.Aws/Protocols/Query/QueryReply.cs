using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Protocols.Query;

/// <summary>Sends XML.</summary>
internal static class QueryReply
{
    // Control characters in a caller's text must not turn an error reply into a fault of ours, so they are not checked here.
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false, Async = false };

    public static async Task WriteAsync(HttpResponse response, int status, XElement root)
    {
        using var body = new MemoryStream();
        using (var writer = XmlWriter.Create(body, Settings)) root.Save(writer);
        response.StatusCode = status;
        response.ContentType = "text/xml";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }
}
