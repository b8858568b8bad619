using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>The conditions of a request: on the ETag, the time of the last change and the tags.</summary>
internal static class BlobConditions
{
    /// <summary>Checks; true where a reader has the blob already as it is (304).</summary>
    /// <param name="found">The blob, or null where there is none.</param>
    /// <param name="prefix">Empty, or <c>x-ms-source-</c> for the source of a copy.</param>
    public static bool Check(HttpRequest request, ObjectInfo? found, string prefix = "")
    {
        var isRead = prefix.Length == 0 && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
        if (Header("if-match") is { } match && (found is null || match != "*" && match != BlobFacts.ETag(found))) throw Unmet("If-Match");
        if (Header("if-unmodified-since") is { } before && (found is null || Whole(BlobFacts.LastModified(found)) > Date("if-unmodified-since", before))) throw Unmet("If-Unmodified-Since");
        if (prefix.Length == 0 && Header("x-ms-if-tags") is { } tags && !(found is not null && TagExpression.Parse(tags, "x-ms-if-tags").Holds(found.Tags, ""))) throw Unmet("x-ms-if-tags");
        if (Header("if-none-match") is { } none && found is not null && (none == "*" || none == BlobFacts.ETag(found)))
        {
            if (isRead) return true;
            throw none == "*" && HttpMethods.IsPut(request.Method) && request.Query["comp"].ToString() is "" or "blocklist" && none == "*" ? new StorageFault(409, "BlobAlreadyExists", "The blob exists.") : Unmet("If-None-Match");
        }
        if (Header("if-modified-since") is { } since && found is not null && Whole(BlobFacts.LastModified(found)) <= Date("if-modified-since", since)) return isRead ? true : throw Unmet("If-Modified-Since");
        return false;

        string? Header(string name) => request.Headers[prefix + name].ToString() is { Length: > 0 } value ? value : null;
    }

    // HTTP's dates have no fractions of a second.
    private static DateTimeOffset Whole(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    private static DateTimeOffset Date(string name, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : throw StorageFault.Header(name, text, "must be a date of HTTP");

    private static StorageFault Unmet(string header) => new(412, "ConditionNotMet", $"{header} does not hold.");
}
