using System.Buffers.Binary;

namespace Isobar.Google.VertexAi.Prediction.Fast;

/// <summary>The fields of one protobuf message, read off the wire one after the other. What is not whole is told by false, and nothing is thrown.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int MaxShift = 63;
    private ReadOnlySpan<byte> _rest = message;

    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>A tag of one byte, as every field up to number 15 has; of a longer one the first byte, which no field here has.</summary>
    public bool TryTag(out byte tag)
    {
        tag = _rest.IsEmpty ? default : _rest[0];
        if (_rest.IsEmpty) return false;
        _rest = _rest[1..];
        return true;
    }

    public bool TryVarint(out ulong value)
    {
        value = 0;
        for (int at = 0, shift = 0; at < _rest.Length && shift <= MaxShift; at++, shift += 7)
        {
            value |= (ulong)(_rest[at] & 0x7F) << shift;
            if (_rest[at] >= 0x80) continue;
            _rest = _rest[(at + 1)..];
            return true;
        }
        return false;
    }

    public bool TryDouble(out double value)
    {
        if (!BinaryPrimitives.TryReadDoubleLittleEndian(_rest, out value)) return false;
        _rest = _rest[sizeof(double)..];
        return true;
    }

    /// <summary>A string, a message or bytes.</summary>
    public bool TryBytes(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (!TryVarint(out var length) || length > (ulong)_rest.Length) return false;
        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
