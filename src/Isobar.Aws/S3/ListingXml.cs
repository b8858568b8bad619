using System.Xml;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>What the listings have in common.</summary>
internal sealed record ListingXml(XmlWriter Xml, bool Encode)
{
    /// <summary>With <c>encoding-type=url</c> names are percent-encoded, slashes kept.</summary>
    public string Name(string name) => Encode ? Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal) : name;

    public void NameElement(string element, string value) => Xml.WriteElementString(element, Name(value));

    public void Encoding()
    {
        if (Encode) Xml.WriteElementString("EncodingType", "url");
    }

    public void Contents(IReadOnlyList<ObjectInfo> objects, bool withOwner)
    {
        foreach (var info in objects)
        {
            Xml.WriteStartElement("Contents");
            NameElement("Key", info.Key);
            Body(info);
            if (withOwner) Xml.Owner();
            Xml.WriteEndElement();
        }
    }

    public void Body(ObjectInfo info)
    {
        Xml.WriteElementString("LastModified", S3Xml.Time(info.LastModified));
        Xml.WriteElementString("ETag", S3Xml.Quote(info.ETag));
        foreach (var algorithm in info.Checksums.Keys) Xml.WriteElementString("ChecksumAlgorithm", S3Names.Checksums[algorithm]);
        if (info.Checksums.Count > 0) Xml.WriteElementString("ChecksumType", S3Xml.ChecksumType(info.Checksums));
        Xml.WriteElementString("Size", info.Size.ToString());
        Xml.WriteElementString("StorageClass", info.StorageClass());
    }

    public void Prefixes(IReadOnlyList<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            Xml.WriteStartElement("CommonPrefixes");
            NameElement("Prefix", prefix);
            Xml.WriteEndElement();
        }
    }

    /// <summary>Reads <c>max-keys</c> and <c>encoding-type</c>.</summary>
    public static (int Limit, bool Encode, S3Error? Error) Options(S3Call call, string limitName = "max-keys")
    {
        if (call.Query.Count(limitName, 1000, 1000) is not { } limit)
            return (0, false, S3Error.InvalidArgument(limitName, call.Query[limitName], $"Argument {limitName} must be an integer between 0 and 2147483647"));
        var encoding = call.Query["encoding-type"];
        return encoding is null or "" or "url"
            ? (limit, encoding == "url", null)
            : (0, false, S3Error.InvalidArgument("encoding-type", encoding, "Invalid Encoding Method specified in Request"));
    }
}
