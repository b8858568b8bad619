using Isobar.Aws.Protocols;
using Isobar.Engine.State;

namespace Isobar.Aws.SageMaker.Experiments;

/// <summary>Which trial components belong to which trials.</summary>
internal sealed class TrialLinks(IStateStore state)
{
    private static readonly Collection<TrialLink> Links = new("aws.sagemaker.trial-links", SageMakerJson.Of<TrialLink>());

    public Task AddAsync(AwsCaller caller, string trial, string component, CancellationToken ct) =>
        state.PutAsync(Links, $"{Prefix(caller)}{trial}/{component}", new TrialLink(trial, component), ct);

    public Task<bool> RemoveAsync(AwsCaller caller, string trial, string component, CancellationToken ct) =>
        state.DeleteAsync(Links, $"{Prefix(caller)}{trial}/{component}", ct);

    public async Task<IReadOnlyList<TrialLink>> AllAsync(AwsCaller caller, CancellationToken ct) =>
        [.. (await state.ListAsync(Links, Prefix(caller), ct)).Select(d => d.Value)];

    private static string Prefix(AwsCaller caller) => $"{caller.Account}/{caller.Region}/";
}

internal sealed record TrialLink(string Trial, string Component);
