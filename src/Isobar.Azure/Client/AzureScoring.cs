using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Predictions at an endpoint's scoring address, opened by its key. Both are asked for once and kept.</summary>
internal sealed class AzureScoring(AzureWorkspace workspace)
{
    private const string Deployment = "azureml-model-deployment";
    private readonly ConcurrentDictionary<string, Target> _targets = new(StringComparer.OrdinalIgnoreCase);

    private sealed record Target(Uri Address, string Key);

    public void Forget(string endpoint) => _targets.TryRemove(endpoint, out _);

    public async Task<Result<PredictionReply>> PredictAsync(string endpoint, PredictionRequest request, CancellationToken ct)
    {
        var known = _targets.GetValueOrDefault(endpoint);
        if (known is not null)
        {
            var reply = await AskAsync(known, request, ct).ConfigureAwait(false);
            // The endpoint may have been made anew since, at another address or with other keys.
            if (reply.Error is not { Code: ErrorCode.NotFound or ErrorCode.Unauthenticated }) return reply;
            Forget(endpoint);
        }
        return (await FindAsync(endpoint, ct).ConfigureAwait(false)).TryGet(out var target, out var error) ? await AskAsync(target, request, ct).ConfigureAwait(false) : error;
    }

    private async Task<Result<Target>> FindAsync(string endpoint, CancellationToken ct)
    {
        if (!(await workspace.GetAsync(AzureServing.Path(endpoint), ct).ConfigureAwait(false)).TryGet(out var found, out var error)) return error;
        if (found["properties"]?["scoringUri"]?.GetValue<string>() is not { Length: > 0 } address) return new Error(ErrorCode.FailedPrecondition, $"The endpoint {endpoint} has no scoring address yet.");
        if (!(await workspace.PostAsync(AzureServing.Path(endpoint) + "/listKeys", null, ct).ConfigureAwait(false)).TryGet(out var keys, out error)) return error;
        return _targets[endpoint] = new Target(new Uri(address), keys["primaryKey"]?.GetValue<string>() ?? "");
    }

    private async Task<Result<PredictionReply>> AskAsync(Target target, PredictionRequest request, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, target.Address) { Content = new ReadOnlyMemoryContent(request.Body) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", target.Key);
        message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        if (request.Accept is { } accept) message.Headers.TryAddWithoutValidation("Accept", accept);
        if (request.Variant is { } variant) message.Headers.TryAddWithoutValidation(Deployment, variant);
        if (!(await workspace.Transport.SendAsync(request.Once ? AzureClientRegistration.Once : AzureClientRegistration.Repeatable, message, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        using (reply)
        {
            var answered = reply.Headers.TryGetValues(Deployment, out var values) ? values.First() : null;
            return new PredictionReply(await reply.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false), reply.Content.Headers.ContentType?.ToString(), answered);
        }
    }
}
