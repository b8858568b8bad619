using Google.Protobuf;

namespace Isobar.Google.Protocols;

/// <summary>
/// What the fields say that our definitions do not know. Google's client for Node.js writes every field of a resource that it has read,
/// those that are empty as well, when it sends the resource back changed: a field that holds nothing asks for nothing.
/// </summary>
internal static class UnknownValues
{
    /// <summary>The numbers of those fields that hold anything but a zero or an empty text, in order.</summary>
    public static IReadOnlyCollection<int> Numbers(UnknownFieldSet unknown)
    {
        var bytes = new byte[unknown.CalculateSize()];
        using (var output = new CodedOutputStream(bytes)) unknown.WriteTo(output);
        var numbers = new SortedSet<int>();
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
            if (Holds(input, tag)) numbers.Add(WireFormat.GetTagFieldNumber(tag));
        return numbers;
    }

    private static bool Holds(CodedInputStream input, uint tag)
    {
        switch (WireFormat.GetTagWireType(tag))
        {
            case WireFormat.WireType.Varint: return input.ReadUInt64() != 0;
            case WireFormat.WireType.Fixed64: return input.ReadFixed64() != 0;
            case WireFormat.WireType.Fixed32: return input.ReadFixed32() != 0;
            case WireFormat.WireType.LengthDelimited: return input.ReadBytes().Length > 0;
            default:
                input.SkipLastField();
                return true;
        }
    }
}
