using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Data.Records;
using Parquet;
using Parquet.Schema;
using Record = Isobar.Engine.Algorithms.Data.Records.Record;

namespace Isobar.Engine.Tests.Algorithms.Data;

public sealed class TableReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAsync_CsvWithHeader_InfersTypesAndMissingCells()
    {
        var table = await ReadAsync("\uFEFFa,b,\"c,d\"\n1,x,NA\n ,\"say \"\"y\"\"\",2.5e1\r\n\n?,,-3\n", DataFormat.CsvWithHeader);
        Assert.Equal(["a", "b", "c,d"], table.Columns.Select(c => c.Name));
        Assert.Equal([1, float.NaN, float.NaN], table.Columns[0].Numbers!);
        Assert.Equal(["x", "say \"y\"", null], table.Columns[1].Texts!);
        Assert.Equal([float.NaN, 25, -3], table.Columns[2].Numbers!);
    }

    [Theory]
    [InlineData("a,a\n1,2\n", "twice (a)")]
    [InlineData("a,b\n1,2\n1,2,3\n", "x, line 3: 3 columns where 2 are expected")]
    public async Task ReadAsync_BadCsv_SaysWhere(string text, string expected) =>
        Assert.Contains(expected, (await TryAsync(Encoding.UTF8.GetBytes(text), DataFormat.CsvWithHeader)).Error!.Message);

    [Fact]
    public async Task ReadAsync_HeaderWithoutAName_NamesTheColumnByItsPlace() =>
        Assert.Equal(["f0", "a"], (await ReadAsync(",a\n0,1\n", DataFormat.CsvWithHeader)).Columns.Select(c => c.Name));

    [Fact]
    public async Task ReadAsync_LibSvm_LeavesAbsentEntriesMissing()
    {
        var table = await ReadAsync("1 qid:7 0:2.5 3:-1 # remark\n0:0.5 qid:7 1:4\n", DataFormat.LibSvm);
        Assert.Equal([1, 0], table.Columns[0].Numbers!);
        Assert.Equal([2.5f, float.NaN], table.Columns[1].Numbers!);
        Assert.Equal([float.NaN, 4], table.Columns[2].Numbers!);
        Assert.Equal([float.NaN, float.NaN], table.Columns[3].Numbers!);
        Assert.Equal([-1, float.NaN], table.Columns[4].Numbers!);
        Assert.Equal([2], table.GroupSizes!);
    }

    [Theory]
    [InlineData("1 qid:1 1:2\n1 1:2\n", "x, line 2: either every row has a qid or none has")]
    [InlineData("1 a:2\n", "x, line 1: 'a:2'")]
    [InlineData("1 1:2\nspam 1:2\n", "x, line 2: the label 'spam'")]
    [InlineData("1 9999999:2\n", "1000000")]
    public async Task ReadAsync_BadLibSvm_SaysWhere(string text, string expected) =>
        Assert.Contains(expected, (await TryAsync(Encoding.UTF8.GetBytes(text), DataFormat.LibSvm)).Error!.Message);

    [Fact]
    public async Task ReadAsync_JsonLines_TakesObjectsInAnyOrderAndTheLastOfARepeatedKey()
    {
        var table = await ReadAsync("{\"a\":1,\"b\":\"x\"}\n{\"b\":null,\"a\":2,\"a\":3}\n{\"c\":true}\n", DataFormat.JsonLines);
        Assert.Equal([1, 3, float.NaN], table.Columns[0].Numbers!);
        Assert.Equal(["x", null, null], table.Columns[1].Texts!);
        Assert.Equal([float.NaN, float.NaN, 1], table.Columns[2].Numbers!);
        var arrays = await ReadAsync("[1,2]\n[4,5]\n", DataFormat.JsonLines);
        Assert.Equal([2, 5], arrays.Columns[1].Numbers!);
    }

    [Theory]
    [InlineData("{\"a\":1}\n{\"a\":", "x, line 2: not JSON")]
    [InlineData("{\"a\":[1]}\n", "x, line 1: an object or an array of plain values")]
    public async Task ReadAsync_BadJsonLines_SaysWhere(string text, string expected) =>
        Assert.Contains(expected, (await TryAsync(Encoding.UTF8.GetBytes(text), DataFormat.JsonLines)).Error!.Message);

    [Fact]
    public async Task ReadAsync_Parquet_ReadsEveryPlainType()
    {
        DataField<double?> number = new("number");
        DataField<long> whole = new("whole");
        DataField<bool> flag = new("flag");
        DataField<string> text = new("text");
        using var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(number, whole, flag, text), file))
        {
            // Two row groups: the second must follow the first.
            for (var g = 0; g < 2; g++)
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<double>(number, new double?[] { 1.5 + g, null });
                await group.WriteAsync<long>(whole, new long[] { 7, 8 + g });
                await group.WriteAsync<bool>(flag, new[] { true, false });
                await group.WriteAsync(text, new[] { "x", "y" + g });
            }
        }
        var table = (await TryAsync(file.ToArray(), DataFormat.Parquet)).Value;
        Assert.Equal([1.5f, float.NaN, 2.5f, float.NaN], table.Columns[0].Numbers!);
        Assert.Equal([7, 8, 7, 9], table.Columns[1].Numbers!);
        Assert.Equal([1, 0, 1, 0], table.Columns[2].Numbers!);
        Assert.Equal(["x", "y0", "x", "y1"], table.Columns[3].Texts!);
    }

    [Fact]
    public async Task ReadAsync_NoParquet_SaysSo() =>
        Assert.Contains("x: not a readable Parquet file", (await TryAsync("spam, spam, spam, spam"u8.ToArray(), DataFormat.Parquet)).Error!.Message);

    [Fact]
    public async Task ReadAsync_RecordIo_ReadsDenseAndSparseTensors()
    {
        byte[] content =
        [
            .. Framed(new Record { Features = { ["values"] = new Value { Float32Tensor = new Float32Tensor { Values = { 1, 2, 3 } } } }, Label = { ["values"] = new Value { Float32Tensor = new Float32Tensor { Values = { 9 } } } } }),
            .. Framed(new Record { Features = { ["values"] = new Value { Float64Tensor = new Float64Tensor { Values = { 0.5 }, Keys = { 2 }, Shape = { 3 } } } } }),
            .. Framed(new Record { Features = { ["values"] = new Value { Int32Tensor = new Int32Tensor { Values = { -4, 5, 6 } } } } }),
        ];
        var table = (await TryAsync(content, DataFormat.RecordIoProtobuf)).Value;
        Assert.Equal([9, float.NaN, float.NaN], table.Columns[0].Numbers!);
        Assert.Equal([1, 0, -4], table.Columns[1].Numbers!);
        Assert.Equal([3, 0.5f, 6], table.Columns[3].Numbers!);
    }

    [Fact]
    public async Task ReadAsync_TruncatedRecordIo_NamesTheRecord()
    {
        var record = Framed(new Record { Features = { ["values"] = new Value { Float32Tensor = new Float32Tensor { Values = { 1, 2, 3 } } } } });
        Assert.Contains("x, record 2: the file ends inside the record", (await TryAsync([.. record, .. record[..^4]], DataFormat.RecordIoProtobuf)).Error!.Message);
        Assert.Contains("x, record 1: no RecordIO header", (await TryAsync("1,2,3,4,5,6\n"u8.ToArray(), DataFormat.RecordIoProtobuf)).Error!.Message);
    }

    [Fact]
    public async Task ReadAsync_Folder_ReadsAllFilesInOrderAndUnpacks()
    {
        Directory.CreateDirectory(_folder["b"]);
        await File.WriteAllTextAsync(_folder["b/2.csv"], "y,x\n4,3\n");
        await File.WriteAllTextAsync(_folder["a.csv"], "x,y\n1,2\n");
        await using (var file = File.Create(_folder["c.csv.gz"]))
        await using (var packed = new GZipStream(file, CompressionLevel.Fastest))
            await packed.WriteAsync("x,y\n5,6\n"u8.ToArray());
        var table = (await TableReader.ReadAsync(_folder.Path, new DataLayout())).Value;
        Assert.Equal([1, 3, 5], table.Columns[0].Numbers!);
        Assert.Equal([2, 4, 6], table.Columns[1].Numbers!);
    }

    private static byte[] Framed(Record record)
    {
        var body = record.ToByteArray();
        var frame = new byte[8 + ((body.Length + 3) & ~3)];
        BinaryPrimitives.WriteUInt32LittleEndian(frame, 0xced7230a);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), (uint)body.Length);
        body.CopyTo(frame, 8);
        return frame;
    }

    private static async Task<DataTable> ReadAsync(string text, DataFormat format) => (await TryAsync(Encoding.UTF8.GetBytes(text), format)).Value;

    private static Task<Result<DataTable>> TryAsync(byte[] content, DataFormat format) => TableReader.ReadAsync(new MemoryStream(content), "x", format);
}
