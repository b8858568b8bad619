using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Upstreams;

namespace Isobar.Server.Gateway.Dispatch;

/// <summary>One try at one backend.</summary>
internal sealed class Attempt(int index, Backend backend, long began)
{
    private readonly CancellationTokenSource _cancel = new();
    private int _reported;

    public int Index => index;
    public Backend Backend => backend;
    public long Began => began;
    public CancellationToken Token => _cancel.Token;
    public UpstreamReply? Reply { get; private set; }
    /// <summary>Whether it has an answer that its caller can be given.</summary>
    public bool IsGood => Reply is { IsBackendFault: false };
    public bool TimedOut { get; private set; }

    /// <summary>Asks, and tells the exchange.</summary>
    public async void Start(IUpstream upstream, PredictionCall call, Exchange exchange)
    {
        // Nothing can be thrown past an upstream; what is, is a bug that must not hang the caller.
        UpstreamReply reply;
        try { reply = await upstream.SendAsync(call, _cancel.Token).ConfigureAwait(false); }
        catch (Exception e) { reply = UpstreamReply.Failed(new Core.Results.Error(Core.Results.ErrorCode.Internal, $"The gateway failed: {e.GetType().Name}.")); }
        Reply = reply;
        Report(!reply.IsBackendFault ? Outcome.Answered : TimedOut ? Outcome.TimedOut : _cancel.IsCancellationRequested ? Outcome.Withdrawn : Outcome.Failed);
        if (!exchange.Finish(this)) reply.Dispose();
    }

    /// <summary>It has taken too long.</summary>
    public void TimeOut()
    {
        TimedOut = true;
        _cancel.Cancel();
    }

    /// <summary>
    /// Another backend has answered. Where this one has answered nobody since it was asked, it may be frozen: it is told off and its connection given up.
    /// Where it works, it may finish, which keeps the connection and tells how slow it was.
    /// </summary>
    public void Lose(TimeSpan left)
    {
        if (backend.LastAnswered < began)
        {
            Report(Outcome.Overtaken);
            _cancel.Cancel();
        }
        else _cancel.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1));
    }

    /// <summary>
    /// Nobody waits for it any more. Where that took longer than most answers do and the backend has answered nobody meanwhile, it may be frozen, and impatient callers
    /// are the only ones to tell; otherwise it says nothing about the backend.
    /// </summary>
    public void Withdraw(bool late)
    {
        Report(late && backend.LastAnswered < began ? Outcome.TimedOut : Outcome.Withdrawn);
        _cancel.Cancel();
    }

    private void Report(Outcome outcome)
    {
        if (Interlocked.Exchange(ref _reported, 1) == 0) backend.End(began, outcome, Reply?.Body.Length ?? 0);
    }
}
