using System.Buffers;
using Isobar.Engine.Serving;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>A named value of each row of a reply.</summary>
/// <param name="name">Its name on the wire.</param>
/// <param name="output">Which output of the graph holds it.</param>
/// <param name="column">Which column of that output; -1: all of them, as a list.</param>
/// <param name="whole">Whether it is written as an integer.</param>
internal sealed class ReplyField(string name, int output, int column = 0, bool whole = false)
{
    private readonly byte[] _property = System.Text.Encoding.UTF8.GetBytes($"\"{name}\": ");

    public string Name => name;

    public void WriteJson(IBufferWriter<byte> to, TensorBatch outputs, int row)
    {
        to.Write(_property);
        WriteValue(to, outputs, row);
    }

    /// <summary>The value alone; a list stands in brackets, as Python prints it.</summary>
    public void WriteValue(IBufferWriter<byte> to, TensorBatch outputs, int row)
    {
        if (column >= 0)
        {
            WriteNumber(to, outputs, row, column);
            return;
        }
        to.Write("["u8);
        WriteColumns(to, outputs, row, ", "u8);
        to.Write("]"u8);
    }

    public void WriteCsv(IBufferWriter<byte> to, TensorBatch outputs, int row)
    {
        if (column >= 0) WriteNumber(to, outputs, row, column);
        else WriteColumns(to, outputs, row, ","u8);
    }

    public float[] Values(TensorBatch outputs, int row)
    {
        if (column >= 0) return [(float)Value(outputs, row, column)];
        var values = new float[outputs[output].RowSize];
        for (var i = 0; i < values.Length; i++) values[i] = (float)Value(outputs, row, i);
        return values;
    }

    private void WriteColumns(IBufferWriter<byte> to, TensorBatch outputs, int row, ReadOnlySpan<byte> separator)
    {
        var width = outputs[output].RowSize;
        for (var i = 0; i < width; i++)
        {
            if (i > 0) to.Write(separator);
            WriteNumber(to, outputs, row, i);
        }
    }

    private void WriteNumber(IBufferWriter<byte> to, TensorBatch outputs, int row, int index)
    {
        if (whole) FloatText.WriteWhole(to, Value(outputs, row, index));
        else FloatText.Write(to, Value(outputs, row, index));
    }

    private double Value(TensorBatch outputs, int row, int index)
    {
        var tensor = outputs[output];
        var at = row * tensor.RowSize + index;
        return tensor.Type == TensorElementType.Float ? tensor.Values<float>()[at] : tensor.Number(at);
    }
}
