using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Isobar.Aws.SageMakerRuntime.Streaming;

namespace Isobar.Aws.Tests.SageMakerRuntime;

public sealed class EventStreamFrameTests
{
    [Fact]
    public void Write_Part_HasLengthsHeadersAndChecksums()
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventStreamFrame.Write(buffer, [(":event-type", "PayloadPart")], "hello"u8);
        var frame = buffer.WrittenSpan;
        Assert.Equal(frame.Length, BinaryPrimitives.ReadInt32BigEndian(frame));
        Assert.Equal(1 + 11 + 1 + 2 + 11, BinaryPrimitives.ReadInt32BigEndian(frame[4..]));
        Assert.Equal(Crc32.HashToUInt32(frame[..8]), BinaryPrimitives.ReadUInt32BigEndian(frame[8..]));
        Assert.Equal(Crc32.HashToUInt32(frame[..^4]), BinaryPrimitives.ReadUInt32BigEndian(frame[^4..]));
        Assert.Equal("hello", Encoding.ASCII.GetString(frame[^9..^4]));
    }
}
