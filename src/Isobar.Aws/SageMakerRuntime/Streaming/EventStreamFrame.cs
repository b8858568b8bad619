using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Isobar.Aws.SageMakerRuntime.Streaming;

/// <summary>
/// One message of <c>application/vnd.amazon.eventstream</c>: total length, header length, CRC of both, headers, payload, CRC of all; big-endian.
/// </summary>
internal static class EventStreamFrame
{
    private const byte StringType = 7;

    public static void Write(IBufferWriter<byte> to, IReadOnlyList<(string Name, string Value)> headers, ReadOnlySpan<byte> payload)
    {
        var headerLength = 0;
        foreach (var (name, value) in headers) headerLength += 1 + name.Length + 1 + 2 + Encoding.UTF8.GetByteCount(value);
        var total = 12 + headerLength + payload.Length + 4;
        var frame = to.GetSpan(total)[..total];
        BinaryPrimitives.WriteInt32BigEndian(frame, total);
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], headerLength);
        BinaryPrimitives.WriteUInt32BigEndian(frame[8..], Crc32.HashToUInt32(frame[..8]));
        var at = 12;
        foreach (var (name, value) in headers)
        {
            frame[at++] = (byte)name.Length;
            at += Encoding.ASCII.GetBytes(name, frame[at..]);
            frame[at++] = StringType;
            var length = Encoding.UTF8.GetBytes(value, frame[(at + 2)..]);
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)length);
            at += 2 + length;
        }
        payload.CopyTo(frame[at..]);
        BinaryPrimitives.WriteUInt32BigEndian(frame[(total - 4)..], Crc32.HashToUInt32(frame[..(total - 4)]));
        to.Advance(total);
    }
}
