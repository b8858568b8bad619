namespace Isobar.Engine.Serving.Codecs;

/// <summary>The shapes that bodies come in.</summary>
internal enum MediaKind
{
    Unknown,
    Csv,
    Json,
    JsonLines,
    Npy,
}

/// <summary>Reads media types without allocating.</summary>
internal static class MediaTypes
{
    public static MediaKind Of(ReadOnlySpan<char> type)
    {
        var end = type.IndexOf(';');
        var name = (end < 0 ? type : type[..end]).Trim();
        if (name.Equals("text/csv", StringComparison.OrdinalIgnoreCase)) return MediaKind.Csv;
        if (name.Equals("application/json", StringComparison.OrdinalIgnoreCase)) return MediaKind.Json;
        if (name.Equals("application/jsonlines", StringComparison.OrdinalIgnoreCase) || name.Equals("application/x-jsonlines", StringComparison.OrdinalIgnoreCase)) return MediaKind.JsonLines;
        return name.Equals("application/x-npy", StringComparison.OrdinalIgnoreCase) ? MediaKind.Npy : MediaKind.Unknown;
    }

    /// <summary>The first type of an Accept header that can be written; JSON where the caller does not mind.</summary>
    public static MediaKind Choose(ReadOnlySpan<char> accept)
    {
        if (accept.Trim().IsEmpty) return MediaKind.Json;
        foreach (var range in accept.Split(','))
        {
            var part = accept[range];
            if (Of(part) is var kind and not MediaKind.Unknown) return kind;
            var end = part.IndexOf(';');
            if ((end < 0 ? part : part[..end]).Trim() is "*/*" or "application/*") return MediaKind.Json;
            if ((end < 0 ? part : part[..end]).Trim() is "text/*") return MediaKind.Csv;
        }
        return MediaKind.Unknown;
    }
}
