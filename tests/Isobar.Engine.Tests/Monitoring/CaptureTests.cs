using System.Text;
using System.Text.Json;
using Isobar.Engine.Models;
using Isobar.Engine.Monitoring.Capture;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Monitoring;

public sealed class CaptureTests
{
    private static readonly BucketName Bucket = new("aws", "captured");
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 5, 6, 789, TimeSpan.Zero);

    [Fact]
    public async Task Capture_Invocations_LandInTheHoursFolderAndAreReadBack()
    {
        await using var engine = await new EngineFixture().StartAsync();
        var objects = engine.Get<IObjectStore>();
        await objects.CreateBucketAsync(Bucket);
        var writer = new CaptureWriter(objects, new FakeTimeProvider(Noon), NullLogger<CaptureWriter>.Instance);

        await writer.OnInvocationAsync(Seen("e1", "1,2\n3,4", "0.1,0.9"), default);
        await writer.OnInvocationAsync(Seen("e2", "5,6", "0.5"), default);
        await writer.DisposeAsync();

        var page = (await objects.ListAsync(Bucket, new ObjectQuery("cap/"))).Value;
        var key = Assert.Single(page.Objects).Key;
        Assert.StartsWith("cap/my-endpoint/blue/2026/03/04/12/05-06-789-", key, StringComparison.Ordinal);
        var lines = Encoding.UTF8.GetString(await engine.ReadAsync(Bucket, key)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using var first = JsonDocument.Parse(lines[0]);
        var data = first.RootElement.GetProperty("captureData");
        Assert.Equal("CSV", data.GetProperty("endpointInput").GetProperty("encoding").GetString());
        Assert.Equal("OUTPUT", data.GetProperty("endpointOutput").GetProperty("mode").GetString());
        Assert.Equal("e1", first.RootElement.GetProperty("eventMetadata").GetProperty("eventId").GetString());

        var read = new List<CapturedEvent>();
        await foreach (var seen in new CapturedTraffic(objects).EventsAsync(new ObjectLocation(Bucket, "cap/my-endpoint"), Noon.AddMinutes(-1), Noon.AddMinutes(1), default)) read.Add(seen);
        Assert.Equal(["e1", "e2"], read.Select(r => r.Id));
        Assert.Equal(2, read[0].Inputs.Count);
        Assert.Equal(["0.1", "0.9"], read[0].Outputs.Select(o => o.Cells[0]));
    }

    [Fact]
    public async Task Capture_NoBucket_DropsAndNeverThrows()
    {
        await using var engine = await new EngineFixture().StartAsync();
        var writer = new CaptureWriter(engine.Get<IObjectStore>(), new FakeTimeProvider(Noon), NullLogger<CaptureWriter>.Instance);

        await writer.OnInvocationAsync(Seen("e1", "1", "2"), default);
        await writer.FlushAsync();

        Assert.Equal(1, writer.Dropped);
    }

    internal static EndpointSpec Endpoint(ObjectLocation target) => new()
    {
        Id = "aws/000000000000/us-east-1/my-endpoint", Owner = "aws", Name = "my-endpoint", Variants = [], Capture = new CaptureSpec(100, target),
    };

    private static ObservedInvocation Seen(string id, string request, string reply) => new(
        Endpoint(new ObjectLocation(Bucket, "cap")), "blue", false, id, Noon, null, null, "text/csv", Encoding.UTF8.GetBytes(request), "text/csv; charset=utf-8", Encoding.UTF8.GetBytes(reply), 200, null);
}
