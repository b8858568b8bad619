using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Protocols.Storage;

/// <summary>XML of Azure Storage.</summary>
internal static class StorageXml
{
    private const int MaxBody = 8 << 20;

    public static async Task WriteAsync(HttpContext http, XElement body)
    {
        http.Response.ContentType = "application/xml";
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + body.ToString(SaveOptions.DisableFormatting)), http.RequestAborted).ConfigureAwait(false);
    }

    public static async Task<XElement> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBody) throw new StorageFault(413, "RequestBodyTooLarge", $"The body takes at most {MaxBody} bytes.");
        try
        {
            // No document types: a body is data, never a program.
            using var reader = XmlReader.Create(http.Request.Body, new XmlReaderSettings { Async = true, DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = MaxBody });
            return await XElement.LoadAsync(reader, LoadOptions.None, http.RequestAborted).ConfigureAwait(false);
        }
        catch (XmlException e)
        {
            throw new StorageFault(400, "InvalidXmlDocument", $"The body is not valid XML: {e.Message}");
        }
    }
}
