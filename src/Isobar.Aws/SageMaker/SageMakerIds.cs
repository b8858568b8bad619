using Isobar.Aws.Protocols;

namespace Isobar.Aws.SageMaker;

/// <summary>Names of SageMaker's resources within the engine and the stored documents.</summary>
internal static class SageMakerIds
{
    /// <summary>The cloud, as the engine knows it.</summary>
    public const string Owner = "aws";

    /// <summary>The engine's id of a job or endpoint: <c>aws/account/region/name</c>.</summary>
    public static string Engine(AwsCaller caller, string name) => Engine(caller.Account, caller.Region, name);

    public static string Engine(string account, string region, string name) => $"aws/{account}/{region}/{name}";

    /// <summary>The resource that an engine id names.</summary>
    public static (string Account, string Region, string Name) Parse(string engineId)
    {
        var parts = engineId.Split('/', 4);
        return (parts[1], parts[2], parts[3]);
    }

    /// <summary>The ARN; SageMaker writes names in lower case there.</summary>
    public static string Arn(AwsCaller caller, string kind, string name) => Protocols.Arn.Of(caller, "sagemaker", $"{kind}/{name.ToLowerInvariant()}").ToString();
}
