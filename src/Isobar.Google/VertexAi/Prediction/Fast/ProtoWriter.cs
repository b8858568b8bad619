using System.Buffers.Binary;
using System.Text;

namespace Isobar.Google.VertexAi.Prediction.Fast;

/// <summary>Protobuf written forwards: a nested message gets one byte for its length, and is moved where that turns out to be too little.</summary>
internal sealed class ProtoWriter
{
    private byte[] _bytes = new byte[512];
    private int _length;

    public Span<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>How much memory it holds on to.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Begins anew behind <paramref name="head"/> bytes that the caller fills.</summary>
    public void Reset(int head) => _length = head;

    /// <summary>Begins a nested message; <see cref="Close"/> wants what this gives.</summary>
    public int Open(byte tag)
    {
        Room(2);
        _bytes[_length] = tag;
        return _length += 2;
    }

    public void Close(int start)
    {
        var size = (uint)(_length - start);
        var more = 0;
        for (var left = size >> 7; left > 0; left >>= 7) more++;
        if (more > 0)
        {
            Room(more);
            _bytes.AsSpan(start, (int)size).CopyTo(_bytes.AsSpan(start + more));
            _length += more;
        }
        var at = start - 1;
        for (; size >= 0x80; size >>= 7) _bytes[at++] = (byte)(size | 0x80);
        _bytes[at] = (byte)size;
    }

    public void Number(byte tag, double value)
    {
        Room(1 + sizeof(double));
        _bytes[_length] = tag;
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.AsSpan(_length + 1), value);
        _length += 1 + sizeof(double);
    }

    public void Flag(byte tag, bool value)
    {
        Room(2);
        (_bytes[_length], _bytes[_length + 1]) = (tag, value ? (byte)1 : (byte)0);
        _length += 2;
    }

    public void Text(byte tag, string text)
    {
        var start = Open(tag);
        Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
        Close(start);
    }

    /// <summary>Room for <paramref name="most"/> bytes, of which <see cref="Took"/> tells how many were used.</summary>
    public Span<byte> Free(int most)
    {
        Room(most);
        return _bytes.AsSpan(_length);
    }

    public void Took(int count) => _length += count;

    private void Room(int count)
    {
        if (_bytes.Length - _length < count) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }
}
