using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Isobar.Core.Results;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>NumPy's .npy format, versions 1 to 3, little-endian numbers in C order.</summary>
internal static partial class NpyArray
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static Result<Done> Read(OnnxSignature signature, ReadOnlySpan<byte> body, TensorBatch into)
    {
        if (signature.Inputs.Count != 1) return Bad($"carries one array, but the model has {signature.Inputs.Count} inputs; send JSON");
        if (body.Length < 10 || !body.StartsWith(Magic)) return Bad("does not start as a NumPy array does");
        var wide = body[6] >= 2;
        var length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(body[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(body[8..]);
        var start = (wide ? 12L : 10L) + length;
        if (start > body.Length) return Bad("ends inside its header");
        var header = Encoding.UTF8.GetString(body[(wide ? 12 : 10)..(int)start]);
        var fields = Header().Match(header);
        if (!fields.Success) return Bad($"has a header that cannot be read: {header.Trim()}");
        if (TypeOf(fields.Groups["descr"].Value) is not { } type) return Bad($"has elements of type '{fields.Groups["descr"].Value}', which is not taken");
        if (fields.Groups["fortran"].Value == "True") return Bad("is in Fortran order; save it with numpy.ascontiguousarray");

        var port = signature.Inputs[0];
        var shape = new List<long>();
        long count = 1;
        foreach (var size in fields.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var n)) return Bad("has a bad shape");
            shape.Add(n);
            count *= Math.Max(1, n);
            if (count > int.MaxValue) return Bad("is too large");
        }
        if (shape.Count == port.Dimensions.Count - 1) shape.Insert(0, 1);
        if (shape.Count != port.Dimensions.Count || shape.Contains(0) || shape.Where((size, d) => port.Dimensions[d] >= 0 && (d > 0 || port.Dimensions[d] != 1) && port.Dimensions[d] != size).Any())
            return Bad($"has shape ({fields.Groups["shape"].Value.Trim()}); the model takes [{string.Join(", ", port.Dimensions)}] (-1: any)");
        var data = body[(int)start..];
        if (data.Length != count * NamedTensor.SizeOf(type)) return Bad($"holds {data.Length} bytes of data for {count} elements of {NamedTensor.SizeOf(type)} bytes");
        into[0].Reset([.. shape]);
        into.Rows = Math.Max(1, into[0].Rows);
        return Fill(data, type, into[0]);
    }

    /// <summary>Writes a tensor; the failure where NumPy has no plain type for it.</summary>
    public static Error? Write(NamedTensor tensor, IBufferWriter<byte> to)
    {
        if (Descr(tensor.Type) is not { } descr) return new Error(ErrorCode.Unimplemented, $"The output '{tensor.Name}' is of type {tensor.Type}, which a NumPy array cannot hold; accept application/json.");
        var sizes = string.Join(", ", tensor.Shape.ToArray()) + (tensor.Shape.Length == 1 ? "," : "");
        var header = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': ({sizes}), }}";
        // The data starts at a multiple of 64, after a line end.
        header = header.PadRight((header.Length + 11 + 63) / 64 * 64 - 11) + '\n';
        to.Write(Magic);
        to.Write<byte>([1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        to.Write(Encoding.ASCII.GetBytes(header));
        to.Write(tensor.Bytes);
        return null;
    }

    private static Result<Done> Fill(ReadOnlySpan<byte> data, TensorElementType type, NamedTensor into)
    {
        if (into.Type == TensorElementType.String) return Bad("holds numbers, but the model takes strings; send JSON");
        if (type == into.Type)
        {
            data.CopyTo(into.Bytes);
            return Done.Value;
        }
        var from = new NamedTensor("npy", type);
        from.Reset([into.Count]);
        data.CopyTo(from.Bytes);
        for (var i = 0; i < into.Count; i++)
            if (!into.TrySetNumber(i, from.Number(i)))
                return new Error(ErrorCode.InvalidArgument, $"Row {i / into.RowSize + 1}, value {i % into.RowSize + 1}: {from.Number(i).ToString(CultureInfo.InvariantCulture)} is not of type {into.Type} (input '{into.Name}').");
        return Done.Value;
    }

    private static TensorElementType? TypeOf(string descr) => descr switch
    {
        "<f4" or "=f4" => TensorElementType.Float,
        "<f8" or "=f8" => TensorElementType.Double,
        "<f2" => TensorElementType.Float16,
        "<i8" => TensorElementType.Int64,
        "<i4" => TensorElementType.Int32,
        "<i2" => TensorElementType.Int16,
        "|i1" => TensorElementType.Int8,
        "|u1" => TensorElementType.UInt8,
        "<u2" => TensorElementType.UInt16,
        "<u4" => TensorElementType.UInt32,
        "<u8" => TensorElementType.UInt64,
        "|b1" => TensorElementType.Bool,
        _ => null,
    };

    private static string? Descr(TensorElementType type) => type switch
    {
        TensorElementType.Float => "<f4",
        TensorElementType.Double => "<f8",
        TensorElementType.Float16 => "<f2",
        TensorElementType.Int64 => "<i8",
        TensorElementType.Int32 => "<i4",
        TensorElementType.Int16 => "<i2",
        TensorElementType.Int8 => "|i1",
        TensorElementType.UInt8 => "|u1",
        TensorElementType.UInt16 => "<u2",
        TensorElementType.UInt32 => "<u4",
        TensorElementType.UInt64 => "<u8",
        TensorElementType.Bool => "|b1",
        _ => null,
    };

    private static Error Bad(string what) => new(ErrorCode.InvalidArgument, $"The body {what}.");

    [GeneratedRegex(@"'descr':\s*'(?<descr>[^']+)'.*'fortran_order':\s*(?<fortran>True|False).*'shape':\s*\((?<shape>[^)]*)\)")]
    private static partial Regex Header();
}
