using System.Buffers;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>The reply of an algorithm, in each of the forms that SageMaker documents.</summary>
/// <param name="root">The list's name in JSON: <c>predictions</c>, <c>projections</c> or <c>scores</c>.</param>
/// <param name="fields">What each row tells.</param>
internal sealed class ReplyShape(string root, IReadOnlyList<ReplyField> fields)
{
    private readonly byte[] _start = System.Text.Encoding.UTF8.GetBytes($"{{\"{root}\": [");

    public IReadOnlyList<ReplyField> Fields => fields;

    public void WriteJson(IBufferWriter<byte> to, TensorBatch outputs)
    {
        to.Write(_start);
        for (var row = 0; row < outputs.Rows; row++)
        {
            if (row > 0) to.Write(", "u8);
            WriteObject(to, outputs, row);
        }
        to.Write("]}"u8);
    }

    public void WriteJsonLines(IBufferWriter<byte> to, TensorBatch outputs)
    {
        for (var row = 0; row < outputs.Rows; row++)
        {
            WriteObject(to, outputs, row);
            to.Write("\n"u8);
        }
    }

    public void WriteCsv(IBufferWriter<byte> to, TensorBatch outputs)
    {
        for (var row = 0; row < outputs.Rows; row++)
        {
            for (var i = 0; i < fields.Count; i++)
            {
                if (i > 0) to.Write(","u8);
                fields[i].WriteCsv(to, outputs, row);
            }
            to.Write("\n"u8);
        }
    }

    public void WriteRecordIo(IBufferWriter<byte> to, TensorBatch outputs)
    {
        for (var row = 0; row < outputs.Rows; row++)
            RecordIo.Write(to, [.. fields.Select(f => (f.Name, f.Values(outputs, row)))]);
    }

    private void WriteObject(IBufferWriter<byte> to, TensorBatch outputs, int row)
    {
        to.Write("{"u8);
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0) to.Write(", "u8);
            fields[i].WriteJson(to, outputs, row);
        }
        to.Write("}"u8);
    }
}
