using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Registries;

/// <summary>Names of registries.</summary>
internal static class RegistryNames
{
    public const string Type = Ml.Namespace + "/registries", All = ArmRoutes.Group + "/providers/" + Ml.Namespace + "/registries", One = All + "/{registryName}";
}
