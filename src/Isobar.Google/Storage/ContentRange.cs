using System.Globalization;
using System.Text.RegularExpressions;

namespace Isobar.Google.Storage;

/// <summary>What a request of a resumable upload says of its bytes.</summary>
/// <param name="First">The place of the first byte; null where the request only asks how far the upload is, or only ends it.</param>
/// <param name="Last">The place of the last byte.</param>
/// <param name="Total">The size of the whole; null while it is not known.</param>
internal sealed partial record ContentRange(long? First, long? Last, long? Total)
{
    /// <summary>Reads the header; null where it is not well-formed. Without one the body is the whole object.</summary>
    public static ContentRange? Parse(string? header, long? length)
    {
        if (header is null) return new ContentRange(0, length - 1, length);
        if (Pattern().Match(header) is not { Success: true } match) return null;
        var total = Number(match.Groups["total"]);
        if (match.Groups["first"].Success)
        {
            var (first, last) = (Number(match.Groups["first"]), Number(match.Groups["last"]));
            return (last is null || last >= first) && (total is null || last is null || last < total) ? new ContentRange(first, last, total) : null;
        }
        return new ContentRange(null, null, total);
    }

    private static long? Number(Group group) => group.Success && long.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    // The open end, bytes 0-*/*, is how the client for Node.js sends what it does not know the length of.
    [GeneratedRegex(@"^bytes (?:(?<first>\d{1,18})-(?:(?<last>\d{1,18})|\*)|\*)/(?:(?<total>\d{1,18})|\*)$")]
    private static partial Regex Pattern();
}
