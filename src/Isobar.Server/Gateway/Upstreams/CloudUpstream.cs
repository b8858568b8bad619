using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;

namespace Isobar.Server.Gateway.Upstreams;

/// <summary>An endpoint of a cloud, asked through the vocabulary of all clouds.</summary>
internal sealed class CloudUpstream(IClouds clouds, string cloud, string endpoint) : IUpstream
{
    public string Host => cloud;

    public string Target { get; } = $"{cloud}/{endpoint}";

    public async ValueTask<UpstreamReply> SendAsync(PredictionCall call, CancellationToken ct)
    {
        if (clouds.Find(cloud) is not { } found) return Absent();
        try
        {
            // Asked once: who waits for the client's own repetitions cannot ask elsewhere in that time.
            var request = new PredictionRequest(call.Body, call.ContentType) { Accept = call.Accept, Once = true };
            var asked = await found.Cloud.Serving.PredictAsync(endpoint, request, ct).ConfigureAwait(false);
            return asked.TryGet(out var reply, out var error) ? UpstreamReply.Whole(reply.Body, reply.ContentType) : UpstreamReply.Failed(error, IsOfTheBackend(error.Code));
        }
        catch (OperationCanceledException)
        {
            return UpstreamReply.Failed(new Error(ErrorCode.DeadlineExceeded, $"{cloud} did not answer in time."));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return UpstreamReply.Failed(new Error(ErrorCode.Unavailable, $"{cloud} cannot be reached, or broke off."));
        }
    }

    public async Task<string?> ProbeAsync(CancellationToken ct)
    {
        if (clouds.Find(cloud) is not { } found) return Absent().Error!.Message;
        try
        {
            if (!(await found.Cloud.Serving.GetAsync(endpoint, ct).ConfigureAwait(false)).TryGet(out var deployed, out var error)) return error.Message;
            return deployed.State is DeploymentState.InService or DeploymentState.Updating ? null : $"The endpoint {endpoint} of {cloud} is {deployed.State}.";
        }
        catch (OperationCanceledException) { return "The check is not answered in time."; }
        catch (Exception e) when (e is HttpRequestException or IOException) { return e.Message; }
    }

    // A bad request is bad everywhere; an endpoint that is gone, refused credentials or a limit that is reached are of this cloud alone.
    private static bool IsOfTheBackend(ErrorCode code) => code is not (ErrorCode.InvalidArgument or ErrorCode.OutOfRange or ErrorCode.Unimplemented);

    private UpstreamReply Absent() => UpstreamReply.Failed(new Error(ErrorCode.FailedPrecondition, $"There is no cloud '{cloud}'."), neverSent: true);
}
