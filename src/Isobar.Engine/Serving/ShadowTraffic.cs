using System.Diagnostics;
using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>Sends copies of requests to shadow variants. A few at a time: what comes while they are busy is left out, so that the production variants never feel it.</summary>
internal sealed class ShadowTraffic(ObserverFeed observers, TimeProvider time)
{
    private const int MaxUnderWay = 64;
    private int _underWay;
    private long _left;

    /// <summary>Copies under way.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Copies left out because the shadows were busy.</summary>
    public long LeftOut => Volatile.Read(ref _left);

    public void Copy(EndpointRoute route, Invocation invocation)
    {
        foreach (var (variant, share) in route.Shadows)
        {
            if (share < 1 && Random.Shared.NextDouble() >= share) continue;
            if (Interlocked.Increment(ref _underWay) > MaxUnderWay)
            {
                Interlocked.Decrement(ref _underWay);
                Interlocked.Increment(ref _left);
                continue;
            }
            // The caller's body is gone once it has its reply.
            var copy = new Invocation
            {
                Body = invocation.Body.ToArray(),
                ContentType = invocation.ContentType,
                Accept = invocation.Accept,
                InferenceId = invocation.InferenceId,
                CustomAttributes = invocation.CustomAttributes,
                SessionId = invocation.SessionId,
                Timeout = invocation.Timeout,
            };
            ThreadPool.UnsafeQueueUserWorkItem(static s => _ = s.Item1.AskAsync(s.variant, s.copy, s.capture), (this, variant, copy, capture: route.CaptureShare), preferLocal: false);
        }
    }

    private async Task AskAsync(Variant variant, Invocation invocation, double capture)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var reply = await variant.InvokeAsync(invocation, CancellationToken.None).ConfigureAwait(false);
            if (ReferenceEquals(reply, Variant.Retired)) return;
            variant.Counters.Count(reply, Stopwatch.GetTimestamp() - start);
            if (capture > 0 && observers.HasObservers && Random.Shared.NextDouble() < capture) observers.Post(variant, invocation, reply, time.GetUtcNow());
        }
        catch (Exception e)
        {
            variant.Counters.Count(new Error(ErrorCode.Internal, e.Message), 500, 0, 0, Stopwatch.GetTimestamp() - start);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
