using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Conformance.Suites;

/// <summary>What every cloud's models and endpoints do.</summary>
public abstract class ServingSuite(ICloudFixture fixture)
{
    private readonly ICloud _cloud = fixture.Cloud;

    [Fact]
    public async Task Deploy_TrainedModel_PredictsHeldOutRows()
    {
        var model = await ModelAsync();
        var endpoint = await _cloud.DeployAsync(new(Steps.Name("endpoint"), [new("main", model)]));
        var (rows, labels) = Penguins.Held();
        var reply = (await _cloud.Serving.PredictAsync(endpoint.Name, new(Encoding.UTF8.GetBytes(string.Join('\n', rows))) { Accept = "text/csv" })).Must();
        var predicted = Encoding.UTF8.GetString(reply.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')[0]).ToArray();
        Assert.Equal(labels.Length, predicted.Length);
        Assert.True(predicted.Zip(labels).Count(p => p.First == p.Second) >= 0.95 * labels.Length);
        Assert.Equal("main", reply.Variant);
        Assert.Contains((await _cloud.Serving.ListAsync()).Must(), e => e.Name == endpoint.Name);

        (await _cloud.Serving.PredictAsync(endpoint.Name, new("a,b"u8.ToArray()))).MustFail(ErrorCode.InvalidArgument);
        (await _cloud.Serving.DeleteAsync(endpoint.Name)).Must();
        await GoneAsync(endpoint.Name);
    }

    [Fact]
    public async Task Variants_WeightsShifted_AllTrafficMoves()
    {
        var model = await ModelAsync();
        var name = Steps.Name("split");
        await _cloud.DeployAsync(new(name, [new("old", model, 1), new("new", model, 0)]));
        var row = new PredictionRequest(Encoding.UTF8.GetBytes(Penguins.Held().Rows[0])) { Accept = "text/csv" };
        Assert.Equal("old", (await _cloud.Serving.PredictAsync(name, row)).Must().Variant);
        // Not every cloud lets a request name its variant.
        var named = await _cloud.Serving.PredictAsync(name, row with { Variant = "new" });
        if (named.Error is not { Code: ErrorCode.Unimplemented }) Assert.Equal("new", named.Must().Variant);
        (await _cloud.Serving.SetWeightsAsync(name, new Dictionary<string, double> { ["old"] = 0, ["new"] = 1 })).Must();
        await Steps.UntilAsync(() => _cloud.Serving.GetAsync(name), e => e.State == DeploymentState.InService && e.Variants.Single(v => v.Name == "new").Weight == 1);
        for (var i = 0; i < 20; i++) Assert.Equal("new", (await _cloud.Serving.PredictAsync(name, row)).Must().Variant);
        (await _cloud.Serving.DeleteAsync(name)).Must();
    }

    [Fact]
    public async Task Deploy_Again_ChangesTheModelWithoutALostRequest()
    {
        var model = await ModelAsync();
        var name = Steps.Name("again");
        await _cloud.DeployAsync(new(name, [new("one", model)]));
        var row = new PredictionRequest(Encoding.UTF8.GetBytes(Penguins.Held().Rows[0])) { Accept = "text/csv" };
        (await _cloud.Serving.DeployAsync(new(name, [new("two", model)]))).Must();
        string? variant;
        do variant = (await _cloud.Serving.PredictAsync(name, row)).Must().Variant;
        while (variant == "one");
        Assert.Equal("two", variant);
        await Steps.UntilAsync(() => _cloud.Serving.GetAsync(name), e => e.State == DeploymentState.InService);
        (await _cloud.Serving.DeleteAsync(name)).Must();
    }

    [Fact]
    public async Task Log_OfAnEndpoint_HasTheNewestOfWhatItsModelsWrote()
    {
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);
        var endpoint = await _cloud.DeployAsync(new(Steps.Name("log"), [new("main", await ModelAsync())]));
        (await _cloud.Serving.PredictAsync(endpoint.Name, new("a,b"u8.ToArray()))).MustFail(ErrorCode.InvalidArgument);
        var log = await Steps.UntilAsync(() => _cloud.Serving.LogAsync(endpoint.Name), l => l.Lines.Count > 1);
        Assert.StartsWith("Serving model.onnx", log.Lines[0].Text, StringComparison.Ordinal);
        Assert.StartsWith("A request was not answered", log.Lines[^1].Text, StringComparison.Ordinal);
        Assert.All(log.Lines, l => Assert.InRange(l.Time, before, DateTimeOffset.UtcNow.AddMinutes(1)));
        Assert.False(log.More);

        var newest = (await _cloud.Serving.LogAsync(endpoint.Name, limit: 1)).Must();
        Assert.Equal(log.Lines[^1], Assert.Single(newest.Lines));
        Assert.True(newest.More);
        Assert.Empty((await _cloud.Serving.LogAsync(endpoint.Name, DateTimeOffset.UtcNow.AddMinutes(1))).Must().Lines);
        (await _cloud.Serving.DeleteAsync(endpoint.Name)).Must();
    }

    [Fact]
    public async Task Missing_EndpointAndModel_AreNotFound()
    {
        (await _cloud.Serving.GetAsync("nowhere")).MustFail(ErrorCode.NotFound);
        (await _cloud.Serving.PredictAsync("nowhere", new("1"u8.ToArray()))).MustFail(ErrorCode.NotFound);
        (await _cloud.Serving.LogAsync("nowhere")).MustFail(ErrorCode.NotFound);
        (await _cloud.Models.GetAsync("nothing")).MustFail(ErrorCode.NotFound);
        (await _cloud.Serving.DeployAsync(new(Steps.Name("bad"), [new("v", "nothing")]))).MustFail(ErrorCode.NotFound);
    }

    [Fact]
    public async Task Model_Registered_IsListedAndDropped()
    {
        var model = await ModelAsync();
        Assert.Contains((await _cloud.Models.ListAsync()).Must(), m => m.Name == model);
        Assert.NotNull((await _cloud.Models.GetAsync(model)).Must().Artifact);
        (await _cloud.Models.DeleteAsync(model)).Must();
        (await _cloud.Models.GetAsync(model)).MustFail(ErrorCode.NotFound);
    }

    private Task<string> ModelAsync() => _cloud.ModelAsync();

    private async Task GoneAsync(string endpoint)
    {
        for (var i = 0; i < 200; i++)
        {
            if ((await _cloud.Serving.GetAsync(endpoint)).Error is { Code: ErrorCode.NotFound }) return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.Fail("The endpoint is still there.");
    }
}
