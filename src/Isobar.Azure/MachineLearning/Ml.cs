using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning;

/// <summary>Names of Azure Machine Learning.</summary>
internal static partial class Ml
{
    public const string Namespace = "Microsoft.MachineLearningServices";
    public const string ServiceName = "Azure Machine Learning";
    public const string WorkspaceType = Namespace + "/workspaces";
    public const string Workspaces = ArmRoutes.Group + "/providers/" + Namespace + "/workspaces";
    public const string Workspace = Workspaces + "/{workspaceName}";

    /// <summary>The type of what lies directly in a workspace.</summary>
    public static string TypeOf(string plural) => $"{WorkspaceType}/{plural}";

    /// <summary>Names of assets, jobs, computes and endpoints. Those of system-made assets may start with what a user's may not.</summary>
    public static void CheckName(string field, string name, int longest = 255)
    {
        if (name.Length > longest || !Names().IsMatch(name))
            throw ArmFault.Invalid(field, name, $"must start with a letter or digit and have at most {longest} letters, digits, '-' and '_'");
    }

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9\-_]*$")]
    private static partial Regex Names();
}
