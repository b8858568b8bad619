using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>CSV: a line a row, the outputs' columns one after the other.</summary>
internal static class CsvWriter
{
    public static void Write(TensorBatch outputs, IBufferWriter<byte> to)
    {
        for (var row = 0; row < outputs.Rows; row++)
        {
            var first = true;
            foreach (var tensor in outputs.Tensors)
            {
                var (start, width) = Slice(tensor, row, outputs.Rows);
                for (var i = 0; i < width; i++)
                {
                    if (!first) Put(to, (byte)',');
                    first = false;
                    WriteValue(tensor, start + i, to);
                }
            }
            Put(to, (byte)'\n');
        }
    }

    /// <summary>Where a row's values lie; an output that is not row by row stands in the first row.</summary>
    public static (int Start, int Width) Slice(NamedTensor tensor, int row, int rows) => tensor.Shape.Length > 0 && tensor.Rows == rows
        ? (row * tensor.RowSize, tensor.RowSize)
        : row == 0 ? (0, tensor.Count) : (0, 0);

    /// <summary>Writes one value as CSV does.</summary>
    public static void WriteValue(NamedTensor tensor, int index, IBufferWriter<byte> to)
    {
        if (tensor.Type == TensorElementType.String)
        {
            WriteText(tensor.Strings[index], to);
            return;
        }
        var span = to.GetSpan(40);
        to.Advance(Numbers.Format(tensor, index, span));
    }

    private static void WriteText(string text, IBufferWriter<byte> to)
    {
        if (text.AsSpan().IndexOfAny(",\"\r\n") >= 0) text = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var span = to.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        to.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private static void Put(IBufferWriter<byte> to, byte value)
    {
        to.GetSpan(1)[0] = value;
        to.Advance(1);
    }
}

/// <summary>Numbers as text: the shortest that reads back as the same value.</summary>
internal static class Numbers
{
    public static int Format(NamedTensor tensor, int index, Span<byte> to)
    {
        var culture = CultureInfo.InvariantCulture;
        var written = 0;
        _ = tensor.Type switch
        {
            TensorElementType.Float => tensor.Values<float>()[index].TryFormat(to, out written, default, culture),
            TensorElementType.Double => tensor.Values<double>()[index].TryFormat(to, out written, default, culture),
            TensorElementType.Float16 => tensor.Values<Half>()[index].TryFormat(to, out written, default, culture),
            TensorElementType.Int64 => tensor.Values<long>()[index].TryFormat(to, out written, default, culture),
            TensorElementType.UInt64 => tensor.Values<ulong>()[index].TryFormat(to, out written, default, culture),
            TensorElementType.Bool => (tensor.Values<byte>()[index] != 0 ? "true"u8 : "false"u8) is var word && word.TryCopyTo(to) && (written = word.Length) > 0,
            _ => tensor.Number(index).TryFormat(to, out written, default, culture),
        };
        return written;
    }
}
