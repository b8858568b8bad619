using System.Xml;
using System.Xml.Linq;

namespace Isobar.Aws.S3;

/// <summary>Reads, checks and writes sets of tags.</summary>
internal static class S3Tags
{
    public const int MaxObjectTags = 10;
    public const int MaxBucketTags = 50;

    public static (Dictionary<string, string> Tags, S3Error? Error) Parse(XElement tagging, int most)
    {
        var set = tagging.Children("TagSet").FirstOrDefault();
        return set is null ? ([], S3Error.MalformedXml) : Check(set.Children("Tag").Select(t => (t.Child("Key") ?? "", t.Child("Value") ?? "")), most);
    }

    /// <summary>From the query-encoded <c>x-amz-tagging</c> header.</summary>
    public static (Dictionary<string, string> Tags, S3Error? Error) ParseHeader(string? header) => header is null
        ? ([], null)
        : Check(header.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var at = pair.IndexOf('=');
            return at < 0 ? (S3Query.Decode(pair), "") : (S3Query.Decode(pair[..at]), S3Query.Decode(pair[(at + 1)..]));
        }), MaxObjectTags);

    public static void Write(XmlWriter xml, IReadOnlyDictionary<string, string> tags)
    {
        xml.WriteStartElement("TagSet");
        foreach (var (key, value) in tags)
        {
            xml.WriteStartElement("Tag");
            xml.WriteElementString("Key", key);
            xml.WriteElementString("Value", value);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static (Dictionary<string, string> Tags, S3Error? Error) Check(IEnumerable<(string Key, string Value)> pairs, int most)
    {
        var tags = new Dictionary<string, string>();
        foreach (var (key, value) in pairs)
        {
            if (key.Length is 0 or > 128) return (tags, S3Error.InvalidTag("The TagKey you have provided is invalid"));
            if (value.Length > 256) return (tags, S3Error.InvalidTag("The TagValue you have provided is invalid"));
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)) return (tags, S3Error.InvalidTag("System tags cannot be added/updated by requester"));
            if (!tags.TryAdd(key, value)) return (tags, S3Error.InvalidTag("Cannot provide multiple Tags with the same key"));
        }
        if (tags.Count > most)
            return (tags, new S3Error("BadRequest", 400, most == MaxObjectTags ? "Object tags cannot be greater than 10" : "Bucket tag count cannot be greater than 50"));
        return (tags, null);
    }
}
