using System.Buffers;
using Microsoft.Extensions.ObjectPool;

namespace Isobar.Engine.Serving;

/// <summary>Buffers for the bytes of replies.</summary>
internal static class ReplyBuffers
{
    private const int MaxKept = 1 << 20;
    private static readonly ObjectPool<ArrayBufferWriter<byte>> Pool = new DefaultObjectPool<ArrayBufferWriter<byte>>(new Policy(), 256);

    /// <summary>What a reply calls when it is disposed; one delegate for all.</summary>
    public static Action<ArrayBufferWriter<byte>> GiveBack { get; } = Pool.Return;

    public static ArrayBufferWriter<byte> Rent() => Pool.Get();

    private sealed class Policy : IPooledObjectPolicy<ArrayBufferWriter<byte>>
    {
        public ArrayBufferWriter<byte> Create() => new(1024);

        public bool Return(ArrayBufferWriter<byte> buffer)
        {
            buffer.ResetWrittenCount();
            return buffer.Capacity <= MaxKept;
        }
    }
}
