using System.Buffers.Text;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>libsvm rows: <c>[label] index:value …</c>. What is absent is missing, as XGBoost reads it.</summary>
internal static class LibSvmRequest
{
    public static Result<Done> Decode(ReadOnlySpan<byte> body, int columns, TensorBatch into)
    {
        using var buffer = new FloatBuffer();
        var rows = 0;
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            rows++;
            var values = buffer.Add(columns, float.NaN);
            var first = true;
            foreach (var part in line.Split((byte)' '))
            {
                var item = line[part];
                if (item.IsEmpty) continue;
                var colon = item.IndexOf((byte)':');
                if (colon < 0 && first)
                {
                    first = false;
                    continue;
                }
                first = false;
                if (colon < 1 || !Utf8Parser.TryParse(item[..colon], out uint index, out var used) || used != colon || !FloatText.TryParse(item[(colon + 1)..], out var value))
                    return new Error(ErrorCode.InvalidArgument, $"Loading libsvm data failed with Exception, please ensure data is in libsvm format: row {rows} holds '{CsvRequest.Shown(item)}'.");
                if (index >= columns)
                    return new Error(ErrorCode.InvalidArgument, $"Feature size of libsvm inference data {index + 1} is larger than feature size of trained model {columns}.");
                values[(int)index] = value;
            }
        }
        return DenseRows.Fill(buffer, rows, columns, into);
    }
}

/// <summary>Rows that were gathered in a buffer.</summary>
internal static class DenseRows
{
    public static Result<Done> Fill(FloatBuffer buffer, int rows, int columns, TensorBatch into)
    {
        if (rows == 0) return new Error(ErrorCode.InvalidArgument, "The request holds no rows.");
        into[0].Reset(rows, columns);
        buffer.Values.CopyTo(into[0].Values<float>());
        into.Rows = rows;
        return Done.Value;
    }
}
