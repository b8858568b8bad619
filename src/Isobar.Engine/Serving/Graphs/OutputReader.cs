using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Graphs;

/// <summary>Copies what the runtime allocated into tensors of ours.</summary>
internal static class OutputReader
{
    public static void Copy(OrtValue from, OnnxPort port, NamedTensor to)
    {
        if (port.IsMaps)
        {
            CopyMaps(from, to);
            return;
        }
        var info = from.GetTensorTypeAndShape();
        to.Retype(info.ElementDataType);
        to.Reset(info.Shape);
        if (info.ElementDataType != TensorElementType.String)
        {
            if (to.Count > 0) from.GetTensorMutableRawData().CopyTo(to.Bytes);
            return;
        }
        from.GetStringTensorAsArray().CopyTo(to.Strings);
    }

    // scikit-learn's converter gives a map of class to probability a row; every row has the same keys.
    private static void CopyMaps(OrtValue from, NamedTensor to)
    {
        var rows = from.GetValueCount();
        var allocator = OrtAllocator.DefaultInstance;
        for (var row = 0; row < rows; row++)
        {
            using var map = from.GetValue(row, allocator);
            using var keys = map.GetValue(0, allocator);
            using var values = map.GetValue(1, allocator);
            var info = values.GetTensorTypeAndShape();
            var width = (int)info.ElementCount;
            if (row == 0)
            {
                to.Retype(info.ElementDataType);
                to.Reset(rows, width);
                to.Labels = keys.GetTensorTypeAndShape().ElementDataType == TensorElementType.String
                    ? keys.GetStringTensorAsArray()
                    : [.. keys.GetTensorDataAsSpan<long>().ToArray().Select(k => k.ToString(System.Globalization.CultureInfo.InvariantCulture))];
            }
            values.GetTensorMutableRawData().CopyTo(to.Bytes[(row * width * to.ElementSize)..]);
        }
        if (rows == 0) to.Reset(0, 0);
    }
}
