using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>ListObjectsV2 and its predecessor.</summary>
internal static class ObjectListings
{
    public static async Task<S3Error?> ListV2Async(S3Call call)
    {
        if (call.Query["list-type"] != "2") return await ListV1Async(call).ConfigureAwait(false);
        var (limit, encode, bad) = ListingXml.Options(call);
        if (bad is not null) return bad;
        var token = call.Query["continuation-token"];
        if (token is not null && !ObjectQuery.IsContinuation(token)) return S3Error.InvalidArgument("continuation-token", token, "The continuation token provided is incorrect");
        var query = new ObjectQuery(call.Query["prefix"] ?? "", NullIfEmpty(call.Query["delimiter"]), call.Query["start-after"], token, limit);
        var listed = await call.Objects.ListAsync(call.Bucket, query, call.Aborted).ConfigureAwait(false);
        if (!listed.TryGet(out var page, out var error)) return S3Error.From(error, call);
        await S3Xml.WriteAsync(call, "ListBucketResult", xml =>
        {
            var listing = new ListingXml(xml, encode);
            xml.WriteElementString("Name", call.BucketName);
            listing.NameElement("Prefix", query.Prefix);
            if (token is not null) xml.WriteElementString("ContinuationToken", token);
            if (page.Next is not null) xml.WriteElementString("NextContinuationToken", page.Next);
            if (!string.IsNullOrEmpty(query.StartAfter)) listing.NameElement("StartAfter", query.StartAfter);
            xml.WriteElementString("KeyCount", (page.Objects.Count + page.CommonPrefixes.Count).ToString());
            xml.WriteElementString("MaxKeys", limit.ToString());
            if (query.Delimiter is not null) listing.NameElement("Delimiter", query.Delimiter);
            listing.Encoding();
            xml.WriteElementString("IsTruncated", page.Next is null ? "false" : "true");
            listing.Contents(page.Objects, withOwner: call.Query["fetch-owner"] == "true");
            listing.Prefixes(page.CommonPrefixes);
        }).ConfigureAwait(false);
        return null;
    }

    public static async Task<S3Error?> ListV1Async(S3Call call)
    {
        var (limit, encode, bad) = ListingXml.Options(call);
        if (bad is not null) return bad;
        var query = new ObjectQuery(call.Query["prefix"] ?? "", NullIfEmpty(call.Query["delimiter"]), call.Query["marker"], null, limit);
        var listed = await call.Objects.ListAsync(call.Bucket, query, call.Aborted).ConfigureAwait(false);
        if (!listed.TryGet(out var page, out var error)) return S3Error.From(error, call);
        await S3Xml.WriteAsync(call, "ListBucketResult", xml =>
        {
            var listing = new ListingXml(xml, encode);
            xml.WriteElementString("Name", call.BucketName);
            listing.NameElement("Prefix", query.Prefix);
            listing.NameElement("Marker", query.StartAfter ?? "");
            // Without a delimiter the last key of the page is the marker, and S3 does not repeat it.
            if (page.Next is not null && query.Delimiter is not null) listing.NameElement("NextMarker", Last(page));
            xml.WriteElementString("MaxKeys", limit.ToString());
            if (query.Delimiter is not null) listing.NameElement("Delimiter", query.Delimiter);
            listing.Encoding();
            xml.WriteElementString("IsTruncated", page.Next is null ? "false" : "true");
            listing.Contents(page.Objects, withOwner: true);
            listing.Prefixes(page.CommonPrefixes);
        }).ConfigureAwait(false);
        return null;
    }

    /// <summary>The greatest name of a page, key or common prefix.</summary>
    public static string Last(ObjectPage page)
    {
        var key = page.Objects.Count > 0 ? page.Objects[^1].Key : null;
        var prefix = page.CommonPrefixes.Count > 0 ? page.CommonPrefixes[^1] : null;
        return key is null || (prefix is not null && Utf8Compare(prefix, key) > 0) ? prefix ?? "" : key;
    }

    public static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static int Utf8Compare(string a, string b) => System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b));
}
