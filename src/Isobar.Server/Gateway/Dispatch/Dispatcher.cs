using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Upstreams;

namespace Isobar.Server.Gateway.Dispatch;

/// <summary>
/// Asks backends until one answers. 1. A first try. 2. A failure by the backend's fault is asked of another one, within the retry budget, after a pause where there is
/// no other. 3. A try that takes longer than most is joined by one at another backend; the first answer counts. 4. A try that takes too long is given up.
/// 5. At the deadline everything ends, and so it does when the caller goes away: what nobody reads any more is not worked at.
/// </summary>
internal sealed class Dispatcher(TimeProvider time)
{
    private const int FirstPauseMs = 25;

    public async ValueTask<Dispatched> SendAsync(LiveService service, PredictionCall call, CancellationToken gone)
    {
        using var exchange = new Exchange(time);
        using var leaving = gone.UnsafeRegister(static e => ((Exchange)e!).Leave(), exchange);
        var run = new DispatchRun(service, call, exchange, time);
        // 1.
        service.Route.Budget.Deposit();
        run.Start();
        while (true)
        {
            var ended = await exchange.NextAsync(run.UntilNextAlarm()).ConfigureAwait(false);
            if (ended is not null)
            {
                if (ended.IsGood) return run.Won(ended);
                // 2.
                if (run.Lost(ended) is { } final) return final;
                continue;
            }
            // 5.
            if (gone.IsCancellationRequested) return run.Withdrawn();
            if (run.IsLate) return run.Expired();
            // 4.
            run.TimeOutSlow();
            // 2., 3.
            if (run.IsMoreDue) run.More();
        }
    }

    /// <summary>The pause before a backend that has just failed is asked again: doubling, with chance, so that callers do not come back all at once.</summary>
    public static TimeSpan Pause(int tries) => TimeSpan.FromMilliseconds(FirstPauseMs * Math.Pow(2, Math.Min(tries - 1, 10)) * (0.5 + Random.Shared.NextDouble()));
}
