using Isobar.MultiCloud.Audit;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.MultiCloud.Tests.Audit;

/// <summary>A log that shows what was done to it.</summary>
public sealed class AuditLogTests
{
    private readonly MemoryStore _store = new();
    private readonly AuditLog _log;

    public AuditLogTests() => _log = new AuditLog(_store, new FakeTimeProvider(DateTimeOffset.UnixEpoch));

    [Fact]
    public async Task Verify_UntouchedLog_IsWhole()
    {
        await FillAsync();
        var check = await _log.VerifyAsync();
        Assert.Equal((true, 5L), (check.Intact, check.Entries));
        Assert.Equal(check.Head, (await _log.ListAsync(1))[0].Hash);
    }

    [Theory]
    [InlineData(3, "who2", "evil", 3)]
    [InlineData(1, "target0", "other", 1)]
    [InlineData(5, "detail", "nothing", 5)]
    [InlineData(3, null, null, 3)]
    [InlineData(5, null, null, 5)]
    public async Task Verify_AlteredOrDroppedEntry_IsNamed(int number, string? from, string? to, long broken)
    {
        await FillAsync();
        _store.Tamper("control.audit", $"{number:D12}", json => from is null ? null : json.Replace(from, to, StringComparison.Ordinal));
        var check = await _log.VerifyAsync();
        Assert.Equal((false, (long?)broken), (check.Intact, check.BrokenAt));
    }

    [Fact]
    public async Task Add_AtTheSameTime_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => _log.AddAsync($"who{i}", "what", "target", "")));
        Assert.Equal((true, 50L), ((await _log.VerifyAsync()).Intact, (await _log.VerifyAsync()).Entries));
    }

    private async Task FillAsync()
    {
        for (var i = 0; i < 5; i++) await _log.AddAsync($"who{i}", "what", $"target{i}", "detail");
    }
}
