using System.Globalization;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Isobar.Aws.SageMakerRuntime.Codecs;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data.Records;
using Isobar.Engine.Serving;
using Microsoft.ML.OnnxRuntime.Tensors;

using Record = Isobar.Engine.Algorithms.Data.Records.Record;

namespace Isobar.Aws.Tests.SageMakerRuntime;

public sealed class RequestFormatTests
{
    [Fact]
    public void Csv_AnyRows_AreReadExactly() => Gen.Float.Where(float.IsFinite).Array2D[Gen.Int[1, 9], Gen.Int[1, 9]].Sample(values =>
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        var text = string.Join("\r\n", Enumerable.Range(0, rows).Select(r => string.Join(",", Enumerable.Range(0, columns).Select(c => values[r, c].ToString("R", CultureInfo.InvariantCulture)))));
        using var batch = Batch(columns);
        Assert.True(CsvRequest.Decode(Encoding.UTF8.GetBytes(text), columns, 0, false, batch).IsOk);
        return batch.Rows == rows && batch[0].Values<float>().SequenceEqual(values.Cast<float>().ToArray());
    });

    [Theory]
    [InlineData("1,2\n3", "Row 2: 1 values where the model takes 2.")]
    [InlineData("1,2,3", "Row 1: 3 values where the model takes 2.")]
    [InlineData("1,two", "Row 1: column 2 holds 'two', which is not a number.")]
    [InlineData("1,", "Row 1: column 2 holds '', which is not a number.")]
    [InlineData("\n \n", "The request holds no rows.")]
    public void Csv_BadRow_IsNamed(string text, string message)
    {
        using var batch = Batch(2);
        Assert.Equal(message, CsvRequest.Decode(Encoding.UTF8.GetBytes(text), 2, 0, false, batch).Error!.Message);
    }

    [Fact]
    public void Csv_LabelSize_PassesTheLabelOver()
    {
        using var batch = Batch(2);
        Assert.True(CsvRequest.Decode("9,1,2\n9,3,4\n"u8, 2, 1, false, batch).IsOk);
        Assert.Equal([1f, 2, 3, 4], batch[0].Values<float>().ToArray());
    }

    [Fact]
    public void LibSvm_Rows_LeaveAbsentOnesMissing()
    {
        using var batch = Batch(3);
        Assert.True(LibSvmRequest.Decode("1 0:1.5 2:2\n1:7"u8, 3, batch).IsOk);
        Assert.Equal([1.5f, float.NaN, 2, float.NaN, 7, float.NaN], batch[0].Values<float>().ToArray());
        Assert.Contains("Feature size of libsvm inference data 4 is larger", LibSvmRequest.Decode("3:1"u8, 3, batch).Error!.Message);
    }

    [Theory]
    [InlineData("""{"instances": [{"features": [1, 2, 3]}, {"data": {"features": {"values": [4, 5, 6]}}}]}""", new float[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData("""{"configuration": {"x": []}, "instances": [{"data": {"features": {"keys": [0, 2], "shape": [3], "values": [7, 8]}}}]}""", new float[] { 7, 0, 8 })]
    [InlineData("""{"instances": [[1, 2, 3]]}""", new float[] { 1, 2, 3 })]
    public void Json_DocumentedForms_AreRead(string json, float[] expected)
    {
        using var batch = Batch(3);
        Assert.Null(JsonRequest.Decode(Encoding.UTF8.GetBytes(json), 3, batch).Error?.Message);
        Assert.Equal(expected, batch[0].Values<float>().ToArray());
    }

    [Theory]
    [InlineData("""{"rows": []}""", "has no 'instances'")]
    [InlineData("""[1]""", "is not an object")]
    [InlineData("""{"instances": [{"features": [1]}]}""", "Instance 1 has 1 features where the model takes 3")]
    [InlineData("""{"instances": [{"features": [1, 2, "x"]}]}""", "'x' among its features")]
    [InlineData("""{"instances": [{"features": [1, 2""", "is no JSON")]
    [InlineData("", "is no JSON")]
    public void Json_BadRequest_IsExplained(string json, string message)
    {
        using var batch = Batch(3);
        Assert.Contains(message, JsonRequest.Decode(Encoding.UTF8.GetBytes(json), 3, batch).Error!.Message);
    }

    [Fact]
    public void Json_AnyBytes_NeverThrow() => Gen.String[Gen.Char["{}[]:,\"instancefeaur 0123.-"], 0, 60].Sample(text =>
    {
        using var batch = Batch(2);
        JsonRequest.Decode(Encoding.UTF8.GetBytes(text), 2, batch);
        JsonRequest.DecodeLines(Encoding.UTF8.GetBytes(text), 2, batch);
    });

    [Fact]
    public void JsonLines_Rows_AreRead()
    {
        using var batch = Batch(2);
        Assert.True(JsonRequest.DecodeLines("{\"features\": [1, 2]}\n\n{\"data\": {\"features\": {\"values\": [3, 4]}}}\n"u8, 2, batch).IsOk);
        Assert.Equal([1f, 2, 3, 4], batch[0].Values<float>().ToArray());
    }

    [Fact]
    public void RecordIo_DenseAndSparse_AreRead()
    {
        var dense = new Record();
        dense.Features["values"] = new Value { Float32Tensor = new Float32Tensor { Values = { 1, 2, 3 } } };
        var sparse = new Record();
        sparse.Features["values"] = new Value { Float64Tensor = new Float64Tensor { Values = { 5 }, Keys = { 1 }, Shape = { 3 } } };
        using var batch = Batch(3);
        Assert.Null(RecordIo.Decode([.. Framed(dense), .. Framed(sparse)], 3, 0, batch).Error?.Message);
        Assert.Equal([1f, 2, 3, 0, 5, 0], batch[0].Values<float>().ToArray());
        Assert.Contains("no RecordIO header", RecordIo.Decode("1,2,3"u8, 3, 0, batch).Error!.Message);
    }

    [Fact]
    public void Neutral_CategoriesAndMissing_AreRead()
    {
        IReadOnlyList<ModelColumn> columns = [new("island", "category") { Categories = ["Biscoe", "Dream"] }, new("mass", "number")];
        var ports = new OnnxPort[] { new("island", TensorElementType.String, [-1, 1]), new("mass", TensorElementType.Float, [-1, 1]) };
        using var batch = new TensorBatch(ports);
        Assert.Null(NeutralCsv.Decode("Biscoe,3750\n\"a \"\"b\"\", c\",NA\n"u8, columns, batch).Error?.Message);
        Assert.Equal((2, "Biscoe", "a \"b\", c"), (batch.Rows, batch[0].Strings[0], batch[0].Strings[1]));
        Assert.Equal([3750f, float.NaN], batch[1].Values<float>().ToArray());
        Assert.Null(NeutralJson.Decode("""{"instances": [{"mass": 1.5, "island": "Dream"}, ["Biscoe", null]]}"""u8.ToArray(), columns, batch).Error?.Message);
        Assert.Equal(("Dream", "Biscoe"), (batch[0].Strings[0], batch[0].Strings[1]));
        Assert.Equal([1.5f, float.NaN], batch[1].Values<float>().ToArray());
        Assert.Contains("none of the model's columns", NeutralJson.Decode("""{"weight": 1}"""u8.ToArray(), columns, batch).Error!.Message);
    }

    internal static TensorBatch Batch(int columns) => new([new OnnxPort("features", TensorElementType.Float, [-1, columns])]);

    private static byte[] Framed(Record record)
    {
        var body = record.ToByteArray();
        var padded = new byte[(body.Length + 3) & ~3];
        body.CopyTo(padded, 0);
        return [.. BitConverter.GetBytes(0xced7230a), .. BitConverter.GetBytes(body.Length), .. padded];
    }
}
