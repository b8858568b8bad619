using System.Net;

namespace Isobar.Bench.S3;

/// <summary>A body of so many bytes, sent from one block without being held whole.</summary>
internal sealed class RandomContent(byte[] block, long length) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var left = length; left > 0; left -= block.Length)
            await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(block.Length, left)));
    }

    protected override bool TryComputeLength(out long size)
    {
        size = length;
        return true;
    }
}
