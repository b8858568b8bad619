using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>ListObjectVersions.</summary>
internal static class VersionListing
{
    public static async Task<S3Error?> ListAsync(S3Call call)
    {
        var (limit, encode, bad) = ListingXml.Options(call);
        if (bad is not null) return bad;
        var keyMarker = call.Query["key-marker"];
        var versionMarker = ObjectListings.NullIfEmpty(call.Query["version-id-marker"]);
        if (versionMarker is not null && string.IsNullOrEmpty(keyMarker))
            return S3Error.InvalidArgument("version-id-marker", versionMarker, "A version-id marker cannot be specified without a key marker.");
        var query = new ObjectQuery(call.Query["prefix"] ?? "", ObjectListings.NullIfEmpty(call.Query["delimiter"]), keyMarker, null, limit, Versions: true) { StartAfterVersion = versionMarker };
        var listed = await call.Objects.ListAsync(call.Bucket, query, call.Aborted).ConfigureAwait(false);
        if (!listed.TryGet(out var page, out var error)) return S3Error.From(error, call);
        await S3Xml.WriteAsync(call, "ListVersionsResult", xml =>
        {
            var listing = new ListingXml(xml, encode);
            xml.WriteElementString("Name", call.BucketName);
            listing.NameElement("Prefix", query.Prefix);
            listing.NameElement("KeyMarker", keyMarker ?? "");
            xml.WriteElementString("VersionIdMarker", versionMarker ?? "");
            if (page.Next is not null)
            {
                var last = ObjectListings.Last(page);
                listing.NameElement("NextKeyMarker", last);
                if (page.Objects.Count > 0 && page.Objects[^1].Key == last) xml.WriteElementString("NextVersionIdMarker", page.Objects[^1].Version());
            }
            xml.WriteElementString("MaxKeys", limit.ToString());
            if (query.Delimiter is not null) listing.NameElement("Delimiter", query.Delimiter);
            listing.Encoding();
            xml.WriteElementString("IsTruncated", page.Next is null ? "false" : "true");
            foreach (var info in page.Objects) WriteVersion(listing, info);
            listing.Prefixes(page.CommonPrefixes);
        }).ConfigureAwait(false);
        return null;
    }

    private static void WriteVersion(ListingXml listing, ObjectInfo info)
    {
        listing.Xml.WriteStartElement(info.IsDeleteMarker ? "DeleteMarker" : "Version");
        listing.NameElement("Key", info.Key);
        listing.Xml.WriteElementString("VersionId", info.Version());
        listing.Xml.WriteElementString("IsLatest", info.IsLatest ? "true" : "false");
        if (info.IsDeleteMarker)
            listing.Xml.WriteElementString("LastModified", S3Xml.Time(info.LastModified));
        else
            listing.Body(info);
        listing.Xml.Owner();
        listing.Xml.WriteEndElement();
    }
}
