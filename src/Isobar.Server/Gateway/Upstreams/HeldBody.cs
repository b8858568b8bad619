using System.Buffers;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>The body of an answer, or its beginning where it is long or a stream, in a buffer of the shared pool.</summary>
/// <param name="IsWhole">Whether the body has ended.</param>
internal readonly record struct HeldBody(byte[] Buffer, int Length, bool IsWhole)
{
    /// <summary>A reply up to this size is held until it is whole, so that one that breaks off can be asked of another backend.</summary>
    public const int Most = 1 << 20;
    private const int First = 4096;

    public static async ValueTask<HeldBody> ReadAsync(Stream body, long? told, string? contentType, CancellationToken ct)
    {
        var streams = told > Most || contentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;
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

    private static byte[] Grown(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
