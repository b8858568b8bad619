using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Upstreams;
using PredictedValues = Isobar.MultiCloud.Monitoring.Quality.PredictedValues;

namespace Isobar.Server.Gateway.Shadows;

/// <summary>Asks a shadow what was just answered, and compares. It is done behind the caller's back, and left out when too much of it is under way.</summary>
internal sealed class ShadowCopies(TimeProvider time)
{
    private const int MostAtOnce = 64;
    private int _running;

    public void Copy(LiveService service, PredictionCall call, UpstreamReply answered)
    {
        if (answered.Error is not null || answered.Rest is not null || Random.Shared.NextDouble() * 100 >= service.Route.Definition.Shadow!.Percent) return;
        if (Interlocked.Increment(ref _running) > MostAtOnce)
        {
            Interlocked.Decrement(ref _running);
            service.Route.ShadowCounts.Skip();
            return;
        }
        _ = AskAsync(service, call, answered.ContentType, answered.Body.ToArray());
    }

    private async Task AskAsync(LiveService service, PredictionCall call, string? type, byte[] answer)
    {
        var route = service.Route;
        var backend = route.Backends[route.Shadow];
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(route.Definition.Resilience.TryTimeoutMs), time);
            var began = backend.Begin(call.Body.Length);
            using var reply = await service.Upstreams[route.Shadow].SendAsync(call, limit.Token).ConfigureAwait(false);
            backend.End(began, !reply.IsBackendFault ? Outcome.Answered : limit.IsCancellationRequested ? Outcome.TimedOut : Outcome.Failed, reply.Body.Length);
            if (reply.Error is not null || reply.Rest is not null) route.ShadowCounts.Fail();
            else route.ShadowCounts.Compare(PredictedValues.Agree(type, answer, reply.ContentType, reply.Body));
        }
        finally { Interlocked.Decrement(ref _running); }
    }
}
