using System.Buffers;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>The body of an answer, or its beginning where it is long or a stream, in a buffer of the shared pool.</summary>
/// <param name="IsWhole">Whether the body has ended.</param>
internal readonly record struct HeldBody(byte[] Buffer, int Length, bool IsWhole)
{
    /// <summary>A reply up to this size is held until it is whole, so that one that breaks off can be asked of another backend.</summary>
    public const int Most = 1 << 20;
    private const int First = 4096;
    // Types whose parts mean something each. One that says how long it is was made as a whole, such as a batch of JSON lines.
    private static readonly string[] OfParts = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines", "application/json-seq", "application/stream+json", "application/vnd.amazon.eventstream", "multipart/x-mixed-replace"];

    public static async ValueTask<HeldBody> ReadAsync(Stream body, long? told, string? contentType, CancellationToken ct)
    {
        var streams = told > Most || Streams(contentType, told);
        var buffer = ArrayPool<byte>.Shared.Rent(streams ? First : (int)Math.Clamp((told ?? First) + 1, 256, Most));
        var length = 0;
        try
        {
            while (!streams)
            {
                if (length == buffer.Length)
                {
                    if (length >= Most) break;
                    buffer = Grown(buffer, length);
                }
                var read = await body.ReadAsync(buffer.AsMemory(length), ct).ConfigureAwait(false);
                if (read == 0) return new(buffer, length, true);
                length += read;
                if (length == told) return new(buffer, length, true);
            }
            return new(buffer, length, false);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    private static bool Streams(string? contentType, long? told)
    {
        if (contentType is null) return false;
        var type = contentType.AsSpan(0, contentType.IndexOf(';') is >= 0 and var end ? end : contentType.Length).Trim();
        if (type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)) return true;
        if (told is not null || type.Equals("application/json", StringComparison.OrdinalIgnoreCase)) return false;
        foreach (var parts in OfParts)
            if (type.Equals(parts, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static byte[] Grown(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
