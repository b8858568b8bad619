using Isobar.Engine.Logs;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Logs;

public sealed class LogStoreTests : IAsyncDisposable
{
    private static readonly LogStreamName A = new("aws", "g", "a"), B = new("aws", "g", "b");
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly LogStore _logs;

    public LogStoreTests() => _logs = new LogStore(new EngineOptions { DataDirectory = _folder.Path }, _time);

    public async ValueTask DisposeAsync()
    {
        await _logs.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ReadAsync_PageByPage_MissesAndRepeatsNothing()
    {
        for (var i = 0; i < 25; i++) _logs.Append(i % 2 == 0 ? A : B, _time.GetUtcNow(), $"{i}");
        var seen = new List<string>();
        string? next = null;
        for (var round = 0; round < 12; round++)
        {
            var page = await _logs.ReadAsync(new LogQuery("aws", "g") { Continue = next, Limit = 4 }, default);
            seen.AddRange(page.Lines.Select(l => l.Message));
            next = page.Forward;
            if (round == 7) _logs.Append(A, _time.GetUtcNow(), "late");
        }
        Assert.Equal([.. Enumerable.Range(0, 25).Select(i => $"{i}"), "late"], seen.OrderBy(m => int.TryParse(m, out var n) ? n : 99));
    }

    [Fact]
    public async Task ReadAsync_Backward_GivesTheNewestFirstPage()
    {
        for (var i = 0; i < 10; i++) _logs.Append(A, _time.GetUtcNow().AddSeconds(i), $"{i}");
        var newest = await _logs.ReadAsync(new LogQuery("aws", "g") { Stream = "a", Backward = true, Limit = 3 }, default);
        var before = await _logs.ReadAsync(new LogQuery("aws", "g") { Stream = "a", Backward = true, Limit = 3, Continue = newest.Backward }, default);
        Assert.Equal(["7", "8", "9"], newest.Lines.Select(l => l.Message));
        Assert.Equal(["4", "5", "6"], before.Lines.Select(l => l.Message));
    }

    [Fact]
    public async Task DeleteAsync_Stream_LeavesTheOther()
    {
        _logs.Append(A, _time.GetUtcNow(), "x");
        _logs.Append(B, _time.GetUtcNow(), "y");
        Assert.True(await _logs.DeleteAsync("aws", "g", "a", default));
        Assert.Equal("y", Assert.Single((await _logs.ReadAsync(new LogQuery("aws", "g"), default)).Lines).Message);
        Assert.Single(await _logs.ListStreamsAsync("aws", "g", "", default));
    }
}
