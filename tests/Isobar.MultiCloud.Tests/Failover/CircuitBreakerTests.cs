using Isobar.MultiCloud.Failover;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.MultiCloud.Tests.Failover;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Failed_AsOftenInARowAsAllowed_Opens()
    {
        var breaker = Breaker();
        Fail(breaker, 4);
        breaker.Succeeded();
        Fail(breaker, 4);
        Assert.Equal(BreakerState.Closed, breaker.State);
        Fail(breaker, 1);
        Assert.Equal(BreakerState.Open, breaker.State);
        Assert.False(breaker.TryEnter());
    }

    [Fact]
    public void Failed_HalfOfManyButNeverInARow_Opens()
    {
        var breaker = Breaker();
        // The window begins with the first failure, so that the success before it does not count.
        for (var i = 0; i < 11; i++)
        {
            Assert.Equal(BreakerState.Closed, breaker.State);
            breaker.Succeeded();
            Fail(breaker, 1);
        }
        Assert.Equal(BreakerState.Open, breaker.State);
    }

    [Fact]
    public void TryEnter_PauseOver_LetsOnePassUntilItsVerdict()
    {
        var breaker = Breaker();
        Fail(breaker, 5);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.TryEnter());
        Assert.False(breaker.Allows);
        Assert.False(breaker.TryEnter());
        breaker.Withdrawn();
        Assert.True(breaker.TryEnter());
        breaker.Succeeded();
        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void Failed_Trial_PausesTwiceAsLong()
    {
        var breaker = Breaker();
        Fail(breaker, 5);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.TryEnter());
        breaker.Failed();
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(breaker.TryEnter());
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(breaker.TryEnter());
    }

    [Fact]
    public void Failed_RequestsUnderWayWhenItOpened_DoNotLengthenThePause()
    {
        var breaker = Breaker();
        Fail(breaker, 50);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.Allows);
    }

    [Fact]
    public void EndPause_HealthCheckSucceeded_AllowsATrialAtOnce()
    {
        var breaker = Breaker();
        Fail(breaker, 5);
        breaker.EndPause();
        Assert.True(breaker.TryEnter());
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
    }

    private CircuitBreaker Breaker() => new(new BreakerOptions(), _time);

    private static void Fail(CircuitBreaker breaker, int times)
    {
        for (var i = 0; i < times; i++) breaker.Failed();
    }
}
