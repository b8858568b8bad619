using Isobar.Server.Dashboard.Live;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Dashboard.Tests.Live;

public sealed class PulseTests
{
    [Fact]
    public void Follow_UntilDisposed_IsCalledOnceASecond()
    {
        var time = new FakeTimeProvider();
        using var pulse = new Pulse(time, NullLogger<Pulse>.Instance);
        var (beats, others) = (0, 0);
        var page = pulse.Follow(() => Task.FromResult(++beats));
        using (pulse.Follow(() => throw new InvalidOperationException($"{++others}"))) time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((3, 3, 1), (beats, others, pulse.Pages));
        page.Dispose();
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((3, 0), (beats, pulse.Pages));
    }
}
