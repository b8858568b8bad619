using System.Text;
using Isobar.Core.Results;
using Isobar.Engine.Batch;

namespace Isobar.Engine.Tests.Batch;

public sealed class InstanceEnvelopeTests
{
    [Fact]
    public void BeforeAndAfter_JsonLines_WrapAndMatch()
    {
        var envelope = new InstanceEnvelope(new BatchInstances(InstanceFormat.JsonLines, """{"top":2}"""));
        var group = Group("{\"a\":1}\r\n[2,\"ü\"]\n", 2);
        Assert.Equal("""{"instances":[{"a":1},[2,"ü"]],"parameters":{"top":2}}""", Text(envelope.Before(group).Value));
        Assert.Equal("{\"instance\":{\"a\":1},\"prediction\":0.5}\n{\"instance\":[2,\"ü\"],\"prediction\":{\"label\":\"x\"}}\n", Text(envelope.After(group, """{"predictions":[0.5,{"label":"x"}]}"""u8.ToArray()).Value));
    }

    [Fact]
    public void Before_CsvWithHeader_KeepsTypesAndChecksTheWidth()
    {
        var envelope = new InstanceEnvelope(new BatchInstances(InstanceFormat.CsvWithHeader));
        Assert.Equal("""{"instances":[[1.5,"a, \"b\"",null]]}""", Text(envelope.Before(Table("1.5,\"a, \"\"b\"\"\",\n", 1)).Value));
        Assert.False(envelope.Before(Table("1,2\n", 1)).TryGet(out _, out var error));
        Assert.Contains("record 2 has 2 cells; the header has 3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InstanceKind.AsGiven, "id", "", "", """{"a":1,"b":2}""", """{"key":"x","prediction":0}""")]
    [InlineData(InstanceKind.Array, null, "b,a,none", "", "[2,1,null]", """{"instance":[2,1,null],"prediction":0}""")]
    [InlineData(InstanceKind.Object, null, "b", "", """{"b":2}""", """{"instance":{"b":2},"prediction":0}""")]
    [InlineData(InstanceKind.AsGiven, null, "", "id,b", """{"a":1}""", """{"instance":{"id":"x","a":1,"b":2},"prediction":0}""")]
    public void BeforeAndAfter_ChosenFields_AreSeenByTheModelAlone(InstanceKind kind, string? key, string include, string exclude, string seen, string written)
    {
        var spec = new BatchInstances(InstanceFormat.JsonLines) { Kind = kind, Key = key, Include = Words(include), Exclude = Words(exclude) };
        var group = Group("{\"id\":\"x\",\"a\":1,\"b\":2}\n", 1);
        var envelope = new InstanceEnvelope(spec);
        Assert.Equal($$"""{"instances":[{{seen}}]}""", Text(envelope.Before(group).Value));
        Assert.Equal(written + "\n", Text(envelope.After(group, "[0]"u8.ToArray()).Value));
    }

    [Fact]
    public void BeforeAndAfter_KeyOfATable_StandsInTheOutputAlone()
    {
        var envelope = new InstanceEnvelope(new BatchInstances(InstanceFormat.CsvWithHeader) { Key = "name" });
        Assert.Equal("""{"instances":[[1,2]]}""", Text(envelope.Before(Table("1,n7,2\n", 1)).Value));
        Assert.Equal("{\"key\":\"n7\",\"prediction\":0}\n", Text(envelope.After(Table("1,n7,2\n", 1), "[0]"u8.ToArray()).Value));
    }

    [Theory]
    [InlineData(InstanceKind.Array, "{\"a\":1}", "included fields")]
    [InlineData(InstanceKind.Object, "[1]", "no JSON object")]
    public void Before_RecordOfAnotherKind_IsRefused(InstanceKind kind, string line, string why)
    {
        Assert.False(new InstanceEnvelope(new BatchInstances(InstanceFormat.JsonLines) { Kind = kind }).Before(Group(line + "\n", 1)).TryGet(out _, out var error));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"predictions":[1]}""", "1 predictions for 2 instances")]
    [InlineData("no json", "did not answer in JSON")]
    [InlineData("{}", "0 predictions for 2 instances")]
    public void After_AnswerThatDoesNotMatch_IsRefused(string answer, string message)
    {
        var failed = new InstanceEnvelope(new BatchInstances(InstanceFormat.JsonLines)).After(Group("1\n2\n", 2), Encoding.UTF8.GetBytes(answer));
        Assert.False(failed.TryGet(out _, out var error));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_LineThatIsNoJson_SaysWhich()
    {
        Assert.False(new InstanceEnvelope(new BatchInstances(InstanceFormat.JsonLines)).Before(new RecordGroup("1\n{\n"u8.ToArray(), 40, 2)).TryGet(out _, out var error));
        Assert.Contains("record 41", error.Message, StringComparison.Ordinal);
    }

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static RecordGroup Table(string text, int count) => new(Encoding.UTF8.GetBytes(text), 2, count) { Header = "x,name,y\n"u8.ToArray() };

    private static RecordGroup Group(string text, int count) => new(Encoding.UTF8.GetBytes(text), 1, count);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
