using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>RecordIO-wrapped protobuf (package aialgs.data), read into rows and written from replies.</summary>
internal static class RecordIo
{
    private const uint Magic = 0xced7230a;

    public static Result<Done> Decode(ReadOnlySpan<byte> body, int columns, float absent, TensorBatch into)
    {
        using var buffer = new FloatBuffer();
        var rows = 0;
        while (body.Length > 0)
        {
            rows++;
            if (body.Length < 8 || BinaryPrimitives.ReadUInt32LittleEndian(body) != Magic) return Bad(rows, "no RecordIO header");
            var length = (int)(BinaryPrimitives.ReadUInt32LittleEndian(body[4..]) & 0x1FFFFFFF);
            if (body.Length - 8 < length) return Bad(rows, "the body ends inside the record");
            try
            {
                if (Row(body.Slice(8, length).ToArray(), columns, absent, rows, buffer) is { } error) return error;
            }
            catch (InvalidProtocolBufferException e)
            {
                return Bad(rows, e.Message);
            }
            body = body[Math.Min(body.Length, 8 + ((length + 3) & ~3))..];
        }
        return DenseRows.Fill(buffer, rows, columns, into);
    }

    /// <summary>Writes one record whose label map holds the named values.</summary>
    public static void Write(IBufferWriter<byte> to, IReadOnlyList<(string Name, float[] Values)> label)
    {
        using var record = new MemoryStream();
        using (var output = new CodedOutputStream(record, leaveOpen: true))
        {
            foreach (var (name, values) in label)
            {
                // Record.label is field 2, a map entry of key 1 and value 2; Value.float32_tensor is field 2; its values are field 1, packed.
                var packed = new byte[values.Length * 4];
                for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(packed.AsSpan(i * 4), values[i]);
                var value = Nested(2, Nested(1, packed));
                output.WriteTag(2, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom([.. Nested(1, System.Text.Encoding.UTF8.GetBytes(name)), .. Nested(2, value)]));
            }
        }
        var length = (int)record.Length;
        var span = to.GetSpan(8 + length + 3);
        BinaryPrimitives.WriteUInt32LittleEndian(span, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)length);
        record.GetBuffer().AsSpan(0, length).CopyTo(span[8..]);
        var padded = (length + 3) & ~3;
        span[(8 + length)..(8 + padded)].Clear();
        to.Advance(8 + padded);
    }

    private static byte[] Nested(int field, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }
        return stream.ToArray();
    }

    private static Error? Row(byte[] record, int columns, float absent, int row, FloatBuffer buffer)
    {
        var input = new CodedInputStream(record);
        var found = false;
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) != 1)
            {
                input.SkipLastField();
                continue;
            }
            var (key, value) = Entry(input.ReadBytes());
            if (key != "values") continue;
            found = true;
            if (Tensor(value, columns, absent, row, buffer) is { } error) return error;
        }
        return found ? null : Bad(row, "no feature named 'values'");
    }

    private static (string Key, ByteString Value) Entry(ByteString bytes)
    {
        var input = bytes.CreateCodedInput();
        var (key, value) = ("", ByteString.Empty);
        uint tag;
        while ((tag = input.ReadTag()) != 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: key = input.ReadString(); break;
                case 2: value = input.ReadBytes(); break;
                default: input.SkipLastField(); break;
            }
        }
        return (key, value);
    }

    private static Error? Tensor(ByteString value, int columns, float absent, int row, FloatBuffer buffer)
    {
        var input = value.CreateCodedInput();
        var tag = input.ReadTag();
        var kind = WireFormat.GetTagFieldNumber(tag);
        if (tag == 0 || kind is not (2 or 3 or 7)) return Bad(row, "the features are no tensor of numbers");
        var tensor = input.ReadBytes().CreateCodedInput();
        using var values = new FloatBuffer();
        List<ulong> keys = [];
        while ((tag = tensor.ReadTag()) != 0)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            if (field is not (1 or 2))
            {
                tensor.SkipLastField();
                continue;
            }
            // Repeated numbers come packed from every known writer; one by one is allowed too.
            var packed = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited ? tensor.ReadBytes().CreateCodedInput() : null;
            do
            {
                var source = packed ?? tensor;
                if (packed is { IsAtEnd: true }) break;
                if (field == 2) keys.Add(source.ReadUInt64());
                else values.Add(kind switch { 2 => source.ReadFloat(), 3 => (float)source.ReadDouble(), _ => source.ReadInt32() });
            }
            while (packed is not null);
        }
        if (keys.Count == 0)
        {
            if (values.Count != columns) return Bad(row, $"{values.Count} features where the model takes {columns}");
            values.Values.CopyTo(buffer.Add(columns, 0));
            return null;
        }
        var dense = buffer.Add(columns, absent);
        for (var i = 0; i < keys.Count; i++)
        {
            if (keys[i] >= (ulong)columns || i >= values.Count) return Bad(row, $"the key {keys[i]} where the model takes {columns} features");
            dense[(int)keys[i]] = values.Values[i];
        }
        return null;
    }

    private static Error Bad(int record, string what) => new(ErrorCode.InvalidArgument, $"Record {record}: {what}.");
}
