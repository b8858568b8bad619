using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>The <c>${{inputs.x}}</c> and <c>${{outputs.y}}</c> of a command.</summary>
internal static partial class CommandTemplate
{
    /// <summary>The command with every reference replaced by its value; <paramref name="values"/> are named as they are written, such as <c>inputs.x</c>.</summary>
    public static string Fill(string command, IReadOnlyDictionary<string, string> values, string field) => Reference().Replace(command, match =>
    {
        var name = match.Groups["name"].Value.Trim();
        return values.TryGetValue(name, out var value) ? value : throw ArmFault.Invalid(field, match.Value, $"names no input or output of this job; there are {(values.Count == 0 ? "none" : string.Join(", ", values.Keys.Order(StringComparer.Ordinal)))}");
    });

    [GeneratedRegex(@"\$\{\{(?<name>[^}]*)\}\}")]
    private static partial Regex Reference();
}
