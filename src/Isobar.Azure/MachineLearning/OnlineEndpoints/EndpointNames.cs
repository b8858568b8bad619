using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Names of online endpoints and deployments.</summary>
internal static partial class EndpointNames
{
    public const string Plural = "onlineEndpoints", Deployments = "deployments", LogGroup = "azureml/onlineEndpoints";
    public static readonly string EndpointType = Ml.TypeOf(Plural), DeploymentType = EndpointType + "/" + Deployments;

    public static string Engine(ArmId endpoint) => "azure" + endpoint.Key;

    public static void Check(string field, string name)
    {
        if (!Names().IsMatch(name)) throw ArmFault.Invalid(field, name, "must start with a letter, end with a letter or digit and have 3 to 32 letters, digits and '-'");
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9-]{1,30}[a-zA-Z0-9]$")]
    private static partial Regex Names();
}
