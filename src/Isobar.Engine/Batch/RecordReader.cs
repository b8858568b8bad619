using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>Some records of an object, one after the other.</summary>
/// <param name="Bytes">The records; lines keep their line ends.</param>
/// <param name="First">The number of the first record, from 1.</param>
/// <param name="Count">How many.</param>
internal sealed record RecordGroup(byte[] Bytes, long First, int Count)
{
    /// <summary>The object's first line, where that names the columns; it is no part of the records.</summary>
    public byte[]? Header { get; init; }
    /// <summary>The object's key.</summary>
    public string? Source { get; init; }

    /// <summary>Two groups, of the first half of the lines and of the others.</summary>
    public (RecordGroup First, RecordGroup Second) Halve()
    {
        var (half, cut) = (Count / 2, 0);
        // Lines without content are no records: the reader left them out.
        for (var i = 0; i < half; i++) cut += Bytes.AsSpan(cut).IndexOf((byte)'\n') + 1;
        return (this with { Bytes = Bytes[..cut], Count = half }, this with { Bytes = Bytes[cut..], First = First + half, Count = Count - half });
    }
}

/// <summary>A record that cannot be read.</summary>
internal sealed class RecordException(string message) : Exception(message);

/// <summary>Cuts a stream into groups of records that are no larger than a request may be. A record is never cut.</summary>
/// <param name="split">What a record is.</param>
/// <param name="maxBytes">The largest request.</param>
/// <param name="maxRecords">The most records of a request.</param>
/// <param name="portion">Where a request is full, although it could be larger.</param>
/// <param name="header">Whether the first line names the columns.</param>
internal sealed class RecordReader(BatchSplit split, int maxBytes, int maxRecords, int portion, bool header = false)
{
    private const uint RecordIoMagic = 0xced7230a;

    /// <summary>Reads all; a record that is too large or damaged ends it with a <see cref="RecordException"/>.</summary>
    public async IAsyncEnumerable<RecordGroup> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken ct)
    {
        if (split == BatchSplit.None)
        {
            yield return await ReadWholeAsync(content, ct).ConfigureAwait(false);
            yield break;
        }
        var reader = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var group = new ArrayBufferWriter<byte>(Math.Min(portion, 256 * 1024));
        long number = 0, first = 1;
        var count = 0;
        byte[]? columns = null;
        while (true)
        {
            var read = await reader.ReadAsync(ct).ConfigureAwait(false);
            var buffer = read.Buffer;
            while (TryTake(ref buffer, read.IsCompleted, number + 1, out var record))
            {
                if (IsBlank(record)) continue;
                if (record.Length > maxBytes) throw new RecordException($"record {number + 1} has {record.Length} bytes; a request may have {maxBytes}");
                if (header && columns is null)
                {
                    columns = record.ToArray();
                    first = ++number + 1;
                    continue;
                }
                if (count > 0 && (count >= maxRecords || group.WrittenCount + record.Length > portion))
                {
                    yield return new RecordGroup(group.WrittenSpan.ToArray(), first, count) { Header = columns };
                    group.ResetWrittenCount();
                    (first, count) = (number + 1, 0);
                }
                foreach (var segment in record) group.Write(segment.Span);
                number++;
                count++;
            }
            if (buffer.Length > maxBytes) throw new RecordException($"record {number + 1} has more than {maxBytes} bytes, which is the most that a request may have");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) break;
        }
        await reader.CompleteAsync().ConfigureAwait(false);
        if (count > 0) yield return new RecordGroup(group.WrittenSpan.ToArray(), first, count) { Header = columns };
    }

    private async Task<RecordGroup> ReadWholeAsync(Stream content, CancellationToken ct)
    {
        var whole = new MemoryStream();
        var part = new byte[64 * 1024];
        int read;
        while ((read = await content.ReadAsync(part, ct).ConfigureAwait(false)) > 0)
        {
            if (whole.Length + read > maxBytes) throw new RecordException($"the object has more than {maxBytes} bytes, which is the most that a request may have; split it");
            whole.Write(part, 0, read);
        }
        return new RecordGroup(whole.ToArray(), 1, 1);
    }

    private bool TryTake(ref ReadOnlySequence<byte> buffer, bool isEnd, long number, out ReadOnlySequence<byte> record) =>
        split == BatchSplit.Line ? TryTakeLine(ref buffer, isEnd, out record) : TryTakeFrame(ref buffer, isEnd, number, out record);

    private static bool TryTakeLine(ref ReadOnlySequence<byte> buffer, bool isEnd, out ReadOnlySequence<byte> record)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            var next = buffer.GetPosition(1, end);
            record = buffer.Slice(0, next);
            buffer = buffer.Slice(next);
            return true;
        }
        record = isEnd ? buffer : default;
        if (!isEnd || buffer.IsEmpty) return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private bool TryTakeFrame(ref ReadOnlySequence<byte> buffer, bool isEnd, long number, out ReadOnlySequence<byte> record)
    {
        record = default;
        if (buffer.Length < 8) return !isEnd || buffer.IsEmpty ? false : throw new RecordException($"record {number} has no whole RecordIO header");
        Span<byte> header = stackalloc byte[8];
        buffer.Slice(0, 8).CopyTo(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != RecordIoMagic) throw new RecordException($"record {number} does not start with RecordIO's mark");
        var length = 8 + ((long)(BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) & 0x1FFFFFFF) + 3 & ~3L);
        if (length > maxBytes) throw new RecordException($"record {number} has {length} bytes; a request may have {maxBytes}");
        if (buffer.Length < length) return isEnd ? throw new RecordException($"the object ends inside record {number}") : false;
        record = buffer.Slice(0, length);
        buffer = buffer.Slice(length);
        return true;
    }

    private bool IsBlank(ReadOnlySequence<byte> record)
    {
        if (split != BatchSplit.Line) return false;
        foreach (var segment in record)
            if (segment.Span.IndexOfAnyExcept("\n\r \t"u8) >= 0) return false;
        return true;
    }
}
