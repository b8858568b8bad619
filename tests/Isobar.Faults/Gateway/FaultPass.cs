using System.Diagnostics;

namespace Isobar.Faults.Gateway;

/// <summary>A fault under load, from traffic before to traffic after, and what it cost.</summary>
internal static class FaultPass
{
    private const int Callers = 8, Enough = 150, Some = 20;
    // Whatever the machine is doing: a request that waited for a frozen backend's timeout would take ten seconds.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(3);

    /// <summary>1. Traffic at the backend; 2. the fault begins; 3. requests while it lasts; 4. it ends; 5. traffic at the backend again. No request may fail.</summary>
    /// <param name="mute">Whether the backend cannot have answered anything while the fault lasted.</param>
    public static async Task RunAsync(GatewayLoad load, string bad, string fault, Func<Task> begin, Func<Task> end, bool mute = false)
    {
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(Callers, stop.Token);
        int during;
        TimeSpan recovery;
        try
        {
            // 1.
            await Lab.UntilAsync(() => load.Of(bad) >= Some, $"{fault}: {bad} has traffic before");
            // 2.
            await begin();
            // 3.
            var (before, answered) = (load.Requests, load.Of(bad));
            await Lab.UntilAsync(() => load.Requests >= before + Enough, $"{fault}: requests while it lasts");
            during = load.Requests - before;
            // What was under way when it began may have been answered.
            if (mute) Assert.InRange(load.Of(bad) - answered, 0, Callers);
            // 4.
            await end();
            var (answers, ended) = (load.Of(bad), Stopwatch.GetTimestamp());
            // 5.
            await Lab.UntilAsync(() => load.Of(bad) > answers, $"{fault}: {bad} answers again");
            recovery = Stopwatch.GetElapsedTime(ended);
            await Lab.UntilAsync(() => load.Of(bad) >= answers + Some, $"{fault}: {bad} has traffic again");
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"| {fault} | {load.Requests} | {during} | {load.Failures.Count} | {load.LongestGap.TotalMilliseconds:0} ms | {recovery.TotalSeconds:0.0} s |"));
        Assert.True(load.Failures.Count == 0, $"{fault}: {load.Failures.Count} of {load.Requests} failed, such as: {load.Failures.FirstOrDefault()}");
        Assert.True(load.LongestGap < LongestGap, $"{fault}: nothing was answered for {load.LongestGap}.");
    }
}
