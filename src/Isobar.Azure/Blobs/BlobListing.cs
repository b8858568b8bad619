using System.Xml;
using System.Xml.Linq;
using Isobar.Engine.Objects;

namespace Isobar.Azure.Blobs;

/// <summary>How a listing shows a blob or a snapshot.</summary>
internal static class BlobListing
{
    private static readonly string[] Standard = ["Content-Encoding", "Content-Language", "Cache-Control", "Content-Disposition"];

    public static XElement Show(string name, ObjectInfo info, LeaseView lease, IReadOnlySet<string> includes, string? snapshot) => new("Blob",
        Name(name),
        snapshot is null ? null : new XElement("Snapshot", snapshot),
        new XElement("Properties",
            new XElement("Creation-Time", BlobHeaders.Date(BlobFacts.CreatedAt(info))),
            new XElement("Last-Modified", BlobHeaders.Date(BlobFacts.LastModified(info))),
            new XElement("Etag", BlobFacts.ETag(info).Trim('"')),
            new XElement("Content-Length", info.Size),
            new XElement("Content-Type", info.ContentType),
            info.ETag.Length == 32 && BlobFacts.TypeOf(info) == BlobFacts.BlockBlob ? new XElement("Content-MD5", Convert.ToBase64String(Convert.FromHexString(info.ETag))) : null,
            Standard.Where(h => info.Headers.ContainsKey(h.ToLowerInvariant())).Select(h => new XElement(h, info.Headers[h.ToLowerInvariant()])),
            new XElement("BlobType", BlobFacts.TypeOf(info)),
            BlobFacts.TypeOf(info) == BlobFacts.BlockBlob ? new XElement("AccessTier", info.Headers.GetValueOrDefault(BlobFacts.Tier, "Hot")) : null,
            BlobFacts.TypeOf(info) == BlobFacts.BlockBlob && !info.Headers.ContainsKey(BlobFacts.Tier) ? new XElement("AccessTierInferred", "true") : null,
            snapshot is null ? new XElement("LeaseStatus", lease.Status) : null,
            snapshot is null ? new XElement("LeaseState", lease.State) : null,
            lease.State == "leased" ? new XElement("LeaseDuration", lease.IsInfinite ? "infinite" : "fixed") : null,
            includes.Contains("copy") && info.Headers.TryGetValue(BlobFacts.CopyId, out var copy)
                ? new object[] { new XElement("CopyId", copy), new XElement("CopyStatus", info.Headers[BlobFacts.CopyStatus]), new XElement("CopySource", info.Headers[BlobFacts.CopySource]), new XElement("CopyProgress", info.Headers[BlobFacts.CopyProgress]), new XElement("CopyCompletionTime", info.Headers[BlobFacts.CopyTime]) } : null,
            info.Tags.Count > 0 ? new XElement("TagCount", info.Tags.Count) : null,
            new XElement("ServerEncrypted", "true")),
        includes.Contains("metadata") ? new XElement("Metadata", info.Metadata.Select(m => new XElement(XmlConvert.EncodeLocalName(m.Key), m.Value))) : null,
        includes.Contains("tags") && info.Tags.Count > 0 ? new XElement("Tags", BlobTags.Show(info.Tags)) : null);

    private static bool IsXml(string name)
    {
        try
        {
            XmlConvert.VerifyXmlChars(name);
            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>A name; what XML cannot hold is escaped, and said to be.</summary>
    public static XElement Name(string name) => IsXml(name) ? new XElement("Name", name) : new XElement("Name", new XAttribute("Encoded", "true"), Uri.EscapeDataString(name));
}
