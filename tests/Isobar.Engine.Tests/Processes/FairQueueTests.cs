using Isobar.Engine.Processes;

namespace Isobar.Engine.Tests.Processes;

public sealed class FairQueueTests
{
    [Fact]
    public async Task EnterAsync_TwoOwners_TakeTurns()
    {
        var queue = new FairQueue(1, 100);
        var first = await queue.EnterAsync("a", default);
        var order = new List<string>();
        var waiting = new[] { "a1", "a2", "a3", "b1", "b2" }.Select(async name =>
        {
            using var place = await queue.EnterAsync(name[..1], default);
            lock (order) order.Add(name);
        }).ToList();
        first.Dispose();
        await Task.WhenAll(waiting);

        Assert.Equal(["a1", "b1", "a2", "b2", "a3"], order);
    }

    [Fact]
    public async Task EnterAsync_WithdrawnWaiter_GivesItsTurnOn()
    {
        var queue = new FairQueue(1, 1);
        var first = await queue.EnterAsync("a", default);
        using var withdraw = new CancellationTokenSource();
        var waiting = queue.EnterAsync("a", withdraw.Token);
        Assert.False(queue.HasRoom);
        await withdraw.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.True(queue.HasRoom);
        first.Dispose();
        (await queue.EnterAsync("b", default)).Dispose();
    }
}
