using Isobar.Server.Dashboard.Reads;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Dashboard.Tests.Reads;

public sealed class FreshTests
{
    private readonly FakeTimeProvider _time = new();
    private int _reads;

    [Fact]
    public async Task GetAsync_WithinAMoment_ReadsOnce()
    {
        var fresh = new Fresh<string>(ReadAsync, TimeSpan.FromSeconds(1), _time);
        Assert.Equal("1", await fresh.GetAsync());
        Assert.Equal("1", await fresh.GetAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", await fresh.GetAsync());
        fresh.Forget();
        Assert.Equal("3", await fresh.GetAsync());
    }

    [Fact]
    public async Task GetAsync_OfWhatTakesLong_ReadsItLessOften()
    {
        var fresh = new Fresh<string>(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return ReadAsync();
        }, TimeSpan.FromSeconds(1), _time);
        await fresh.GetAsync();
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal("1", await fresh.GetAsync());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("2", await fresh.GetAsync());
    }

    private Task<string> ReadAsync() => Task.FromResult($"{++_reads}");
}
