namespace Isobar.Aws.S3;

/// <summary>A run of an object's bytes.</summary>
internal readonly record struct S3Range(long Offset, long Length)
{
    /// <summary>
    /// Reads a Range header. Several ranges and what is not well-formed are passed over, as S3 does: the whole object is the answer.
    /// </summary>
    public static (S3Range? Range, S3Error? Error) Parse(string? header, long size)
    {
        if (header is null || !header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) return (null, null);
        var ends = header[6..].Trim().Split('-');
        if (ends.Length != 2) return (null, null);
        var (first, last) = (ends[0].Trim(), ends[1].Trim());
        if (first.Length == 0)
        {
            if (!long.TryParse(last, out var suffix)) return (null, null);
            return suffix == 0 || size == 0 ? (null, S3Error.InvalidRange(header, size)) : (new S3Range(Math.Max(0, size - suffix), Math.Min(suffix, size)), null);
        }
        if (!long.TryParse(first, out var from)) return (null, null);
        var to = size - 1;
        if (last.Length > 0 && !long.TryParse(last, out to)) return (null, null);
        if (last.Length > 0 && to < from) return (null, null);
        return from >= size ? (null, S3Error.InvalidRange(header, size)) : (new S3Range(from, Math.Min(to, size - 1) - from + 1), null);
    }

    /// <summary>The bytes of one part of an object that was uploaded in parts.</summary>
    public static (S3Range? Range, S3Error? Error) OfPart(int number, IReadOnlyList<long> sizes, long size)
    {
        if (sizes.Count == 0 && number == 1) return (new S3Range(0, size), null);
        if (number < 1 || number > sizes.Count) return (null, new S3Error("InvalidPartNumber", 416, "The requested partnumber is not satisfiable"));
        return (new S3Range(sizes.Take(number - 1).Sum(), sizes[number - 1]), null);
    }
}
