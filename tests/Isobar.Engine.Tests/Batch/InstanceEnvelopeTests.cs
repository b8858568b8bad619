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
    public void Before_CsvWithHeader_PassesTheHeaderOnceAndKeepsTypes()
    {
        var envelope = new InstanceEnvelope(new BatchInstances(InstanceFormat.CsvWithHeader));
        var first = Group("x,name,y\n1.5,\"a, b\",\n", 2);
        Assert.Equal("""{"instances":[[1.5,"a, b",null]]}""", Text(envelope.Before(first).Value));
        Assert.Equal(1, envelope.Count(first));
        Assert.Equal("""{"instances":[[2,"c",3]]}""", Text(envelope.Before(new RecordGroup("2,c,3\n"u8.ToArray(), 3, 1)).Value));
        Assert.Null(envelope.Before(Group("x,name,y\n", 1)).Value);
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

    private static RecordGroup Group(string text, int count) => new(Encoding.UTF8.GetBytes(text), 1, count);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
