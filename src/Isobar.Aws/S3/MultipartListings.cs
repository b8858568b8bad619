using System.Text;
using System.Xml;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>ListParts and ListMultipartUploads.</summary>
internal static class MultipartListings
{
    public static async Task<S3Error?> PartsAsync(S3Call call)
    {
        var (limit, encode, bad) = ListingXml.Options(call, "max-parts");
        if (bad is not null) return bad;
        if (call.Query.Count("part-number-marker", 0, int.MaxValue) is not { } marker)
            return S3Error.InvalidArgument("part-number-marker", call.Query["part-number-marker"], "Argument part-number-marker must be an integer between 0 and 2147483647");
        var listed = await call.Objects.Uploads.ListPartsAsync(call.Bucket, call.Key, call.Query["uploadId"]!, call.Aborted).ConfigureAwait(false);
        if (!listed.TryGet(out var parts, out var error)) return S3Error.From(error, call);
        var rest = parts.Where(p => p.Number > marker).ToList();
        var page = rest.Take(limit).ToList();
        await S3Xml.WriteAsync(call, "ListPartsResult", xml =>
        {
            var listing = new ListingXml(xml, encode);
            xml.WriteElementString("Bucket", call.BucketName);
            listing.NameElement("Key", call.Key);
            xml.WriteElementString("UploadId", call.Query["uploadId"]);
            xml.Owner("Initiator");
            xml.Owner();
            xml.WriteElementString("StorageClass", "STANDARD");
            xml.WriteElementString("PartNumberMarker", marker.ToString());
            xml.WriteElementString("NextPartNumberMarker", (page.Count > 0 ? page[^1].Number : 0).ToString());
            xml.WriteElementString("MaxParts", limit.ToString());
            xml.WriteElementString("IsTruncated", rest.Count > page.Count ? "true" : "false");
            foreach (var part in page) WritePart(xml, part);
        }).ConfigureAwait(false);
        return null;
    }

    public static async Task<S3Error?> UploadsAsync(S3Call call)
    {
        var (limit, encode, bad) = ListingXml.Options(call, "max-uploads");
        if (bad is not null) return bad;
        var prefix = call.Query["prefix"] ?? "";
        var delimiter = ObjectListings.NullIfEmpty(call.Query["delimiter"]);
        var (keyMarker, idMarker) = (call.Query["key-marker"] ?? "", call.Query["upload-id-marker"] ?? "");
        var listed = await call.Objects.Uploads.ListAsync(call.Bucket, prefix, call.Aborted).ConfigureAwait(false);
        if (!listed.TryGet(out var uploads, out var error)) return S3Error.From(error, call);
        // An entry is an upload or the prefix that several are rolled up into.
        var entries = uploads
            .Select(u => (Upload: u, Common: RolledUp(u.Key, prefix, delimiter)))
            .DistinctBy(e => e.Common ?? e.Upload.Key + "\0" + e.Upload.UploadId)
            .Where(e => IsAfter(e.Common ?? e.Upload.Key, e.Common is null ? e.Upload.UploadId : "", keyMarker, idMarker))
            .ToList();
        var page = entries.Take(limit).ToList();
        await S3Xml.WriteAsync(call, "ListMultipartUploadsResult", xml =>
        {
            var listing = new ListingXml(xml, encode);
            xml.WriteElementString("Bucket", call.BucketName);
            listing.NameElement("KeyMarker", keyMarker);
            xml.WriteElementString("UploadIdMarker", idMarker);
            if (entries.Count > page.Count && page.Count > 0)
            {
                listing.NameElement("NextKeyMarker", page[^1].Common ?? page[^1].Upload.Key);
                xml.WriteElementString("NextUploadIdMarker", page[^1].Common is null ? page[^1].Upload.UploadId : "");
            }
            listing.NameElement("Prefix", prefix);
            if (delimiter is not null) listing.NameElement("Delimiter", delimiter);
            listing.Encoding();
            xml.WriteElementString("MaxUploads", limit.ToString());
            xml.WriteElementString("IsTruncated", entries.Count > page.Count ? "true" : "false");
            foreach (var (upload, _) in page.Where(e => e.Common is null)) WriteUpload(listing, upload);
            listing.Prefixes([.. page.Where(e => e.Common is not null).Select(e => e.Common!)]);
        }).ConfigureAwait(false);
        return null;
    }

    private static void WritePart(XmlWriter xml, UploadPart part)
    {
        xml.WriteStartElement("Part");
        xml.WriteElementString("PartNumber", part.Number.ToString());
        xml.WriteElementString("LastModified", S3Xml.Time(part.LastModified));
        xml.WriteElementString("ETag", S3Xml.Quote(part.ETag));
        xml.WriteElementString("Size", part.Size.ToString());
        xml.Checksums(part.Checksums, withType: false);
        xml.WriteEndElement();
    }

    private static void WriteUpload(ListingXml listing, UploadInfo upload)
    {
        listing.Xml.WriteStartElement("Upload");
        listing.NameElement("Key", upload.Key);
        listing.Xml.WriteElementString("UploadId", upload.UploadId);
        listing.Xml.Owner("Initiator");
        listing.Xml.Owner();
        listing.Xml.WriteElementString("StorageClass", "STANDARD");
        listing.Xml.WriteElementString("Initiated", S3Xml.Time(upload.Initiated));
        listing.Xml.WriteEndElement();
    }

    private static string? RolledUp(string key, string prefix, string? delimiter)
    {
        if (delimiter is null) return null;
        var at = key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
        return at < 0 ? null : key[..(at + delimiter.Length)];
    }

    private static bool IsAfter(string key, string id, string keyMarker, string idMarker)
    {
        var order = Encoding.UTF8.GetBytes(key).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(keyMarker));
        return keyMarker.Length == 0 || order > 0 || (order == 0 && idMarker.Length > 0 && string.CompareOrdinal(id, idMarker) > 0);
    }
}
