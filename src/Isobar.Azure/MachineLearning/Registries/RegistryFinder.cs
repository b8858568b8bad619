using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Registries;

/// <summary>Finds a registry by its name, whichever subscription it lies in.</summary>
internal sealed class RegistryFinder(ArmStore store)
{
    public async Task<ArmResource?> FindAsync(string name, CancellationToken ct) =>
        (await store.BelowAsync("/subscriptions", ct).ConfigureAwait(false)).FirstOrDefault(r => IsRegistry(r) && r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static bool IsRegistry(ArmResource resource) => resource.Type.Equals(RegistryNames.Type, StringComparison.OrdinalIgnoreCase);
}
