using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>The variants of one configuration of an endpoint.</summary>
internal sealed class Deployment
{
    private Deployment(EndpointSpec spec, IReadOnlyList<Variant> variants, IReadOnlyList<Variant> shadows) => (Spec, Variants, Shadows) = (spec, variants, shadows);

    public EndpointSpec Spec { get; }
    public IReadOnlyList<Variant> Variants { get; }
    public IReadOnlyList<Variant> Shadows { get; }
    public IEnumerable<Variant> All => Variants.Concat(Shadows);

    public EndpointRoute Route() => new(Spec, Variants, Shadows);

    public IReadOnlyList<VariantStatus> Status() => [.. All.Select(v => v.Status(v.Weight))];

    public IReadOnlyDictionary<string, string> Packages() => All.Where(v => v.PackageSha256 is not null).ToDictionary(v => Key(v.IsShadow, v.Spec.Name), v => v.PackageSha256!);

    /// <summary>Loads every variant; where one fails, all are taken down again.</summary>
    /// <param name="keep">Weights and counts to take instead of the configuration's own.</param>
    /// <param name="packages">Contents fixed by an earlier start.</param>
    public static async Task<Result<Deployment>> StartAsync(EndpointSpec spec, IReadOnlyList<VariantStatus> keep, IReadOnlyDictionary<string, string> packages, RunnerFactory runners, CancellationToken ct)
    {
        var deployment = new Deployment(spec, [.. spec.Variants.Select(v => new Variant(spec, v, false, runners))], [.. spec.Shadows.Select(v => new Variant(spec, v, true, runners))]);
        try
        {
            var starts = await Task.WhenAll(deployment.All.Select(v => StartOneAsync(v))).ConfigureAwait(false);
            if (starts.FirstOrDefault(s => !s.IsOk).Error is not { } error) return deployment;
            await deployment.RetireAsync().ConfigureAwait(false);
            return error;
        }
        catch
        {
            await deployment.RetireAsync().ConfigureAwait(false);
            throw;
        }

        Task<Result<Done>> StartOneAsync(Variant variant)
        {
            var kept = keep.FirstOrDefault(k => k.Name == variant.Spec.Name && k.Shadow == variant.IsShadow);
            if (kept is not null) variant.Weight = kept.DesiredWeight;
            // Loading a graph is work for a thread, not for the caller.
            return Task.Run(() => variant.StartAsync(kept?.DesiredCount ?? variant.Spec.InstanceCount, packages.GetValueOrDefault(Key(variant.IsShadow, variant.Spec.Name)), ct), ct);
        }
    }

    public Task RetireAsync() => Task.WhenAll(All.Select(v => v.RetireAsync()));

    private static string Key(bool shadow, string name) => shadow ? $"shadow:{name}" : name;
}
