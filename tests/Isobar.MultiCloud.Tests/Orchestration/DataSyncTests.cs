using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Orchestration;

namespace Isobar.MultiCloud.Tests.Orchestration;

/// <summary>A data set that lies in one cloud is brought to another.</summary>
public sealed class DataSyncTests
{
    private readonly FakeCloud _from = new("aws"), _to = new("gcp");
    private readonly DataSync _sync = new(new MemoryStore());

    public DataSyncTests()
    {
        _from.Buckets["lake"] = 0;
        Lies(_from, "lake/rows/a.csv", "1");
        Lies(_from, "lake/rows/b.csv", "2");
        Lies(_from, "lake/other/c.csv", "3");
    }

    [Fact]
    public async Task Copy_OfWhatIsThereAlready_FetchesNothing()
    {
        Assert.Equal(new DataLocation("own", "data/set/rows/"), (await CopyAsync()).Value);
        Assert.Equal(["1", "2"], Copies());
        Assert.Equal(["lake/rows/a.csv", "lake/rows/b.csv"], _from.Fetched.Order(StringComparer.Ordinal));
        await CopyAsync();
        Assert.Equal(2, _from.Fetched.Count);
    }

    [Fact]
    public async Task Copy_AfterChanges_FetchesWhatChangedAndDropsWhatIsGone()
    {
        await CopyAsync();
        _from.Fetched.Clear();
        Lies(_from, "lake/rows/a.csv", "9");
        _from.Stored.TryRemove("lake/rows/b.csv", out _);
        Lies(_from, "lake/rows/d.csv", "4");
        await CopyAsync();
        Assert.Equal(["9", "4"], Copies());
        Assert.Equal(["lake/rows/a.csv", "lake/rows/d.csv"], _from.Fetched.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("7")]
    [InlineData(null)]
    public async Task Copy_ThatSomebodyChangedOrDropped_IsMadeAnew(string? instead)
    {
        await CopyAsync();
        _from.Fetched.Clear();
        if (instead is null) _to.Stored.TryRemove("own/data/set/rows/a.csv", out _);
        else Lies(_to, "own/data/set/rows/a.csv", instead);
        await CopyAsync();
        Assert.Equal(["1", "2"], Copies());
        Assert.Equal("lake/rows/a.csv", Assert.Single(_from.Fetched));
    }

    [Fact]
    public async Task Copy_ThatBrokeOff_GoesOnWhereItWas()
    {
        var left = 1;
        _to.Rejects = _ => left-- > 0 ? null : new Error(ErrorCode.Unavailable, "full");
        Assert.Equal(ErrorCode.Unavailable, (await CopyAsync()).Error!.Code);
        _to.Rejects = _ => null;
        _from.Fetched.Clear();
        Assert.True((await CopyAsync()).IsOk);
        Assert.Single(_from.Fetched);
        Assert.Equal(["1", "2"], Copies());
    }

    [Fact]
    public async Task Copy_ForAProjectThatWasForgotten_IsMadeAnew()
    {
        await CopyAsync();
        await _sync.ForgetAsync("demo", CancellationToken.None);
        await CopyAsync();
        Assert.Equal(4, _from.Fetched.Count);
    }

    [Fact]
    public async Task Copy_OfNothing_IsNotFound() =>
        Assert.Equal(ErrorCode.NotFound, (await _sync.CopyAsync("demo", Entry(_from), new("lake", "none/"), Entry(_to), new("own", "data/set"), CancellationToken.None)).Error!.Code);

    private Task<Result<DataLocation>> CopyAsync() => _sync.CopyAsync("demo", Entry(_from), new("lake", "rows/"), Entry(_to), new("own", "data/set"), CancellationToken.None);

    private static CloudEntry Entry(FakeCloud cloud) => new(cloud.Name, cloud.Name, "somewhere", cloud);

    private static void Lies(FakeCloud cloud, string at, string content) => cloud.Stored[at] = Encoding.UTF8.GetBytes(content);

    private string[] Copies() => [.. _to.Stored.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => Encoding.UTF8.GetString(s.Value))];
}
