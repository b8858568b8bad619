using System.Collections.Concurrent;

namespace Isobar.Engine.Processes;

/// <summary>
/// Starts children on one thread that lives as long as the server. The kernel's parent-death signal fires when the starting
/// thread ends, and a thread of the pool may end while its child still works.
/// </summary>
internal static class Launcher
{
    private static readonly BlockingCollection<Action> Work = [];

    static Launcher() => new Thread(Loop) { IsBackground = true, Name = "isobar-launcher" }.Start();

    public static T Run<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try { done.SetResult(start()); }
            catch (Exception e) { done.SetException(e); }
        });
        return done.Task.GetAwaiter().GetResult();
    }

    private static void Loop()
    {
        foreach (var action in Work.GetConsumingEnumerable()) action();
    }
}
