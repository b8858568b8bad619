using System.Text;
using Isobar.Engine.Batch;

namespace Isobar.Engine.Tests.Batch;

public sealed class NamedRowsTests
{
    private readonly NamedRows _rows = new(new BatchRows("input_data"));

    [Fact]
    public async Task BeforeAndAfter_RowsOfSeveralGroups_KeepTheNamesOfTheirColumns()
    {
        var groups = new List<RecordGroup>();
        var content = new MemoryStream("\uFEFFx,\"a, b\"\r\n1,u\r\n,\"v \"\"w\"\"\"\r\n3.5,z\r\n"u8.ToArray());
        await foreach (var group in new RecordReader(BatchSplit.Line, 1000, 2, 1000, header: true).ReadAsync(content, TestContext.Current.CancellationToken)) groups.Add(group with { Source = "folder/part, one.csv" });
        Assert.Equal(["""{"input_data":{"columns":["x","a, b"],"data":[[1,"u"],[null,"v \"w\""]]}}""", """{"input_data":{"columns":["x","a, b"],"data":[[3.5,"z"]]}}"""], groups.Select(g => Encoding.UTF8.GetString(_rows.Before(g).Value)));
        Assert.Equal("0,yes,\"part, one.csv\"\n1,\"no, never\",\"part, one.csv\"\n", Encoding.UTF8.GetString(_rows.After(groups[0], """["yes","no, never"]"""u8.ToArray()).Value));
        Assert.Equal("2,\"[1,2]\",\"part, one.csv\"\n", Encoding.UTF8.GetString(_rows.After(groups[1], "[[1,2]]"u8.ToArray()).Value));
    }

    [Fact]
    public void Before_RowOfAnotherLength_SaysWhich()
    {
        var group = new RecordGroup("1,2\n3\n"u8.ToArray(), 7, 2) { Header = "a,b\n"u8.ToArray() };
        Assert.False(_rows.Before(group).TryGet(out _, out var error));
        Assert.Contains("record 8 has 1 values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_AnswerThatDoesNotMatch_IsRefused()
    {
        Assert.False(_rows.After(new RecordGroup("1\n2\n"u8.ToArray(), 1, 2), "[1]"u8.ToArray()).TryGet(out _, out var error));
        Assert.Contains("1 predictions for 2 rows", error.Message, StringComparison.Ordinal);
    }
}
