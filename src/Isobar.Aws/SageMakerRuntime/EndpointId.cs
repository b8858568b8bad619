using Isobar.Aws.Protocols;

namespace Isobar.Aws.SageMakerRuntime;

/// <summary>The engine's id of an endpoint: <c>aws/account/region/name</c>.</summary>
internal static class EndpointId
{
    public static string Of(AwsCaller caller, string name) => $"aws/{caller.Account}/{caller.Region}/{name}";
}
