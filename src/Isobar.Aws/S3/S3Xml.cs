using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>Writes and reads the documents of S3.</summary>
internal static class S3Xml
{
    // The writer would name the encoding in lower case.
    private const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    private const int MaxBody = 8 * 1024 * 1024;

    // A key may hold characters that XML 1.0 does not allow; S3 sends them all the same, as character references.
    private static readonly XmlWriterSettings Settings = new() { Encoding = new System.Text.UTF8Encoding(false), CheckCharacters = false, OmitXmlDeclaration = true };

    public static async Task WriteAsync(S3Call call, string root, Action<XmlWriter> content, int status = 200, string? ns = S3Names.Namespace)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, Settings))
        {
            xml.WriteRaw(Declaration);
            xml.WriteStartElement(root, ns ?? "");
            content(xml);
            xml.WriteEndElement();
        }
        call.Response.StatusCode = status;
        call.Response.ContentType = "application/xml";
        call.Response.ContentLength = buffer.Length;
        await call.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), call.Aborted).ConfigureAwait(false);
    }

    /// <summary>Reads a small XML body; null (with the error) when it is not well-formed or has another root.</summary>
    public static async Task<(XElement? Root, S3Error? Error)> ReadAsync(S3Call call, string root)
    {
        var (body, fault) = S3Body.Of(call);
        if (body is null) return (null, fault);
        using var buffer = new MemoryStream();
        var block = new byte[16 * 1024];
        for (int read; (read = await body.Content.ReadAsync(block, call.Aborted).ConfigureAwait(false)) > 0;)
        {
            if (buffer.Length + read > MaxBody) return (null, S3Error.MalformedXml);
            buffer.Write(block, 0, read);
        }
        if (body.CheckSmall(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) is { } bad) return (null, bad);
        buffer.Position = 0;
        try
        {
            using var reader = XmlReader.Create(buffer, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, CheckCharacters = false });
            var element = XElement.Load(reader, LoadOptions.PreserveWhitespace);
            return element.Name.LocalName == root ? (element, null) : (null, S3Error.MalformedXml);
        }
        catch (XmlException)
        {
            return (null, S3Error.MalformedXml);
        }
    }

    /// <summary>Children by local name: clients write the namespace or leave it out.</summary>
    public static IEnumerable<XElement> Children(this XElement element, string name) => element.Elements().Where(e => e.Name.LocalName == name);

    public static string? Child(this XElement element, string name) => element.Children(name).FirstOrDefault()?.Value;

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(S3Names.TimeFormat, CultureInfo.InvariantCulture);

    public static string Quote(string etag) => $"\"{etag}\"";

    public static void Owner(this XmlWriter xml, string element = "Owner")
    {
        xml.WriteStartElement(element);
        xml.WriteElementString("ID", S3Names.OwnerId);
        xml.WriteElementString("DisplayName", S3Names.OwnerName);
        xml.WriteEndElement();
    }

    /// <summary>The checksum elements of a result, such as <c>ChecksumCRC32</c>.</summary>
    public static void Checksums(this XmlWriter xml, IReadOnlyDictionary<string, string> checksums, bool withType)
    {
        foreach (var (algorithm, value) in checksums)
            xml.WriteElementString($"Checksum{S3Names.Checksums[algorithm]}", value);
        if (withType && checksums.Count > 0) xml.WriteElementString("ChecksumType", ChecksumType(checksums));
    }

    public static string ChecksumType(IReadOnlyDictionary<string, string> checksums) => checksums.Values.First().Contains('-') ? "COMPOSITE" : "FULL_OBJECT";

    public static string StorageClass(this ObjectInfo info) => info.Headers.GetValueOrDefault(S3Names.StorageClass, "STANDARD");

    /// <summary>What S3 calls the version of an object whose bucket had no versioning when it was written.</summary>
    public static string Version(this ObjectInfo info) => info.VersionId ?? "null";
}
