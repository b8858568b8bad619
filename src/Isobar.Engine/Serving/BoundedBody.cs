using System.Buffers;
using System.IO.Pipelines;

namespace Isobar.Engine.Serving;

/// <summary>The body of a request in one piece, no larger than it may be.</summary>
public static class BoundedBody
{
    /// <summary>Reads to the end; null as soon as there are more than <paramref name="most"/> bytes.</summary>
    /// <param name="reader">The body.</param>
    /// <param name="told">How long it says it is, for the first buffer; null where it does not say.</param>
    /// <param name="most">The bytes that are taken at most.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(PipeReader reader, long? told, int most, CancellationToken ct)
    {
        var kept = new ArrayBufferWriter<byte>((int)Math.Clamp(told ?? 1024, Math.Min(256, most), most));
        while (true)
        {
            var read = await reader.ReadAsync(ct).ConfigureAwait(false);
            if (kept.WrittenCount + read.Buffer.Length > most)
            {
                // A reading that was begun and not ended keeps the server from reading the rest away, and the connection with it.
                reader.AdvanceTo(read.Buffer.End);
                return null;
            }
            foreach (var piece in read.Buffer) kept.Write(piece.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return kept.WrittenMemory;
        }
    }
}
