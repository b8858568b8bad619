using System.Diagnostics;
using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>What a variant has done since the counters were last read. Counting costs some interlocked additions a request.</summary>
internal sealed class VariantCounters
{
    private static readonly double MicrosecondsPerTick = 1e6 / Stopwatch.Frequency;
    private long _invocations;
    private long _clientErrors;
    private long _serverErrors;

    public LatencyHistogram Model { get; } = new();
    public LatencyHistogram Overhead { get; } = new();
    public LatencyHistogram Cold { get; } = new();

    public void Count(InvocationReply reply, long totalTicks) => Count(reply.Error, reply.Status, reply.ModelTicks, reply.ColdTicks, totalTicks);

    public void Count(Error? error, int status, long modelTicks, long coldTicks, long totalTicks)
    {
        Interlocked.Increment(ref _invocations);
        switch (Blame(error, status))
        {
            case 4: Interlocked.Increment(ref _clientErrors); break;
            case 5: Interlocked.Increment(ref _serverErrors); break;
        }
        if (modelTicks > 0)
        {
            Model.Add(modelTicks * MicrosecondsPerTick);
            Overhead.Add(Math.Max(0, totalTicks - modelTicks - coldTicks) * MicrosecondsPerTick);
        }
        if (coldTicks > 0) Cold.Add(coldTicks * MicrosecondsPerTick);
    }

    /// <summary>Takes out what was counted since the last call.</summary>
    public (long Invocations, long ClientErrors, long ServerErrors) Take() =>
        (Interlocked.Exchange(ref _invocations, 0), Interlocked.Exchange(ref _clientErrors, 0), Interlocked.Exchange(ref _serverErrors, 0));

    private static int Blame(Error? error, int status) => error is null
        ? status / 100
        : error.Code is ErrorCode.Internal or ErrorCode.Unavailable or ErrorCode.DeadlineExceeded or ErrorCode.DataLoss ? 5 : error.Code is ErrorCode.Cancelled ? 0 : 4;
}
