using Google.Api;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.Logging;
using Isobar.Google.Logging.V2;

namespace Isobar.Google.Tests.Logging;

public sealed class LogFilterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LogEntry Entry = new()
    {
        LogName = "projects/isobar/logs/training",
        TextPayload = "loss is 0.25",
        Severity = LogSeverity.Warning,
        Timestamp = Noon.ToTimestamp(),
        Resource = new MonitoredResource { Type = "ml_job", Labels = { ["job_id"] = "17" } },
        Labels = { ["team"] = "blue", ["ml.googleapis.com/trial_id"] = "3" },
    };

    [Theory]
    [InlineData("", true)]
    [InlineData("severity>=WARNING", true)]
    [InlineData("severity>=error", false)]
    [InlineData("severity=WARNING AND textPayload:\"loss\"", true)]
    [InlineData("severity!=WARNING", false)]
    [InlineData("timestamp>=\"2026-01-01T12:00:00Z\"", true)]
    [InlineData("timestamp>\"2026-01-01T12:00:00Z\"", false)]
    [InlineData("timestamp<\"2026-01-01T13:00:00+02:00\"", false)]
    [InlineData("resource.type=\"ml_job\" resource.labels.job_id=\"17\"", true)]
    [InlineData("resource.labels.job_id=\"18\"", false)]
    [InlineData("labels.team=blue", true)]
    [InlineData("labels.\"ml.googleapis.com/trial_id\"=3", true)]
    [InlineData("NOT labels.team=blue OR severity<INFO", false)]
    [InlineData("logName=\"projects/isobar/logs/training\"", true)]
    [InlineData("jsonPayload.loss=1", false)]
    public void Test_Entry_IsToldByItsFields(string filter, bool matches) => Assert.Equal(matches, LogFilter.Read(filter).Test(Entry));

    [Fact]
    public void Read_Conditions_TellWhereToLook()
    {
        var filter = LogFilter.Read("resource.type=\"ml_job\" AND resource.labels.job_id=\"17\" AND timestamp>=\"2026-01-01T12:00:00Z\" AND timestamp<\"2026-01-01T13:00:00Z\"");
        Assert.Equal(("ml_job", "17", null), (filter.ResourceType, filter.Job, filter.Endpoint));
        Assert.Equal(Noon, filter.From);
        Assert.True(filter.To >= Noon.AddHours(1));
    }

    // One of two times does not have to hold.
    [Fact]
    public void Read_TimesOfAnAlternative_BoundNothing()
    {
        var filter = LogFilter.Read("timestamp>=\"2026-01-01T12:00:00Z\" OR severity=ERROR");
        Assert.Null(filter.From);
        Assert.True(filter.Test(Entry));
    }

    [Theory]
    [InlineData("severity>=LOUD")]
    [InlineData("timestamp>=\"yesterday\"")]
    [InlineData("textPayload")]
    public void Read_Malformed_IsRefused(string filter) => Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => LogFilter.Read(filter)).StatusCode);
}
