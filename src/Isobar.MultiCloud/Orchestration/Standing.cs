using Isobar.MultiCloud.Manifests;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Tells how far things have come.</summary>
public static class Standing
{
    /// <summary>Whether everything is as the manifest wants it; nothing is under way.</summary>
    public static bool IsSettled(Manifest manifest, IReadOnlyList<ModelStanding> models)
    {
        var wanted = manifest.Models ?? new Dictionary<string, ModelWish>();
        return models.All(m => wanted.ContainsKey(m.Model)) && wanted.All(w => models.FirstOrDefault(m => m.Model == w.Key) is { } standing && IsSettled(manifest, w.Value, standing));
    }

    /// <summary>Why it will not come to be without somebody's doing; null: nothing stands in the way.</summary>
    public static string? Obstacle(ModelStanding model) =>
        model.Training is { Phase: Phase.Failed } training ? training.Reason : (model.Trial is { Ending: false } trial ? [.. model.Serving ?? [], trial.Serving] : model.Serving ?? []).FirstOrDefault(s => s.Phase == Phase.Failed) is { } serving ? $"{serving.Cloud}: {serving.Reason}" : null;

    /// <summary>Whether nothing is under way, and some model waits to be placed or evaluated.</summary>
    internal static bool IsAtRest(IReadOnlyList<ModelStanding> models) =>
        models.All(m => m.Trial is null && m.Training is not { Phase: Phase.Planned or Phase.Running } && (m.Serving ?? []).All(s => s.Phase is not (Phase.Planned or Phase.Running)))
        && models.Any(m => m.Fault is not null || m.Training is { Phase: Phase.Done } done && done.Version != m.Decided);

    /// <summary>Whether what stands is of the manifest's own training, not of an earlier one.</summary>
    public static bool IsOf(Manifest manifest, ModelStanding model) =>
        manifest.Models?.GetValueOrDefault(model.Model)?.Training is { } wish && model.Training?.Fingerprint == Names.Fingerprint(manifest, wish);

    private static bool IsSettled(Manifest manifest, ModelWish wish, ModelStanding standing)
    {
        if (standing.Trial is not null || standing.Training is not { Phase: Phase.Done } training || training.Version != standing.Decided || training.Fingerprint != Names.Fingerprint(manifest, wish.Training!)) return false;
        var clouds = wish.Service?.Clouds ?? [];
        // What no gate let through is served nowhere, and that is as it should be.
        if (standing.Production is null) return wish.Promotion?.Automatic == false || wish.Promotion?.Gates is { Count: > 0 } || clouds.Count == 0;
        var serving = standing.Serving ?? [];
        return serving.Count == clouds.Count && serving.All(s => clouds.Contains(s.Cloud) && s.Phase == Phase.Done && s.Version == standing.Production && s.Instances >= (wish.Service!.Scaling?.Min ?? 1) && s.Instances <= (wish.Service.Scaling?.Max ?? 1) && s.Needs == Names.Needs(wish.Service!));
    }
}
