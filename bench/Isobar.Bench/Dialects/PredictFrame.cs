using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Isobar.Bench.Dialects;

/// <summary>A <c>google.cloud.aiplatform.v1.PredictRequest</c> as the frame that gRPC sends.</summary>
internal static class PredictFrame
{
    private const int Endpoint = 1, Instances = 2, Predictions = 1;

    public static byte[] Of(string endpoint, double[] row)
    {
        using var message = new MemoryStream();
        using (var output = new CodedOutputStream(message, leaveOpen: true))
        {
            output.WriteTag(Endpoint, WireFormat.WireType.LengthDelimited);
            output.WriteString(endpoint);
            output.WriteTag(Instances, WireFormat.WireType.LengthDelimited);
            output.WriteMessage(Value.ForList([.. row.Select(Value.ForNumber)]));
        }
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.ToArray().CopyTo(frame, 5);
        return frame;
    }

    /// <summary>The first prediction of the answer's frame.</summary>
    public static Value Read(byte[] frame)
    {
        var input = new CodedInputStream(frame, 5, frame.Length - 5);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) != Predictions)
            {
                input.SkipLastField();
                continue;
            }
            var value = new Value();
            input.ReadMessage(value);
            return value;
        }
        throw new InvalidDataException("The answer holds no prediction.");
    }
}
