namespace Isobar.Engine.Processes;

/// <summary>Why a run ended.</summary>
internal enum RunEnd
{
    /// <summary>By itself.</summary>
    Exited,
    /// <summary>It never started.</summary>
    NotStarted,
    /// <summary>On request.</summary>
    Stopped,
    /// <summary>At its time limit.</summary>
    TimedOut,
    /// <summary>Its spot machine was taken away.</summary>
    Interrupted,
}

/// <summary>How a run went.</summary>
internal sealed record RunOutcome(RunEnd End, int ExitCode, string Reason, TimeSpan Duration);

/// <summary>The limits of a run.</summary>
internal sealed record RunLimits(TimeSpan MaxRunTime, TimeSpan Grace, TimeSpan? InterruptAfter = null);

/// <summary>Runs a child to its end: time limit, stop with grace, then the hard way.</summary>
internal static class SupervisedRun
{
    public static async Task<RunOutcome> RunAsync(ChildCommand command, RunLimits limits, Action<string> onLine, Action<ChildProcess> onStarted, TimeProvider time, CancellationToken stop)
    {
        var started = time.GetTimestamp();
        await using var child = ChildProcess.Start(command, onLine, out var reason);
        if (child is null) return new RunOutcome(RunEnd.NotStarted, -1, reason, TimeSpan.Zero);
        onStarted(child);
        var exit = child.WaitAsync(CancellationToken.None);
        using var timers = new CancellationTokenSource();
        var limit = Task.Delay(limits.MaxRunTime, time, timers.Token);
        var interruption = limits.InterruptAfter is { } after ? Task.Delay(after, time, timers.Token) : null;
        var stopped = WhenCancelled(stop, timers.Token);
        var first = await Task.WhenAny(interruption is null ? [exit, limit, stopped] : [exit, limit, stopped, interruption]).ConfigureAwait(false);
        var end = first == exit ? RunEnd.Exited : first == limit ? RunEnd.TimedOut : first == stopped ? RunEnd.Stopped : RunEnd.Interrupted;
        if (end != RunEnd.Exited)
        {
            child.Terminate();
            using var grace = new CancellationTokenSource();
            await Task.WhenAny(exit, Task.Delay(limits.Grace, time, grace.Token)).ConfigureAwait(false);
            await grace.CancelAsync().ConfigureAwait(false);
            child.Kill();
        }
        var code = await exit.ConfigureAwait(false);
        await timers.CancelAsync().ConfigureAwait(false);
        return new RunOutcome(end, code, "", time.GetElapsedTime(started));
    }

    private static async Task WhenCancelled(CancellationToken token, CancellationToken giveUp)
    {
        var done = new TaskCompletionSource();
        await using var a = token.Register(() => done.TrySetResult()).ConfigureAwait(false);
        await using var b = giveUp.Register(() => done.TrySetCanceled()).ConfigureAwait(false);
        try { await done.Task.ConfigureAwait(false); }
        catch (OperationCanceledException) { /* The run ended first. */ }
    }
}
