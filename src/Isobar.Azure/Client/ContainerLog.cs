using System.Globalization;
using System.Text.RegularExpressions;
using Isobar.Core.Capabilities;

namespace Isobar.Azure.Client;

/// <summary>
/// The log of a deployment's container, which the service gives as one text. Azure's inference images begin a line with its time, and name the process between two bars;
/// a line without a time (of a stack trace, of a user's own image) has that of the line before it.
/// </summary>
internal static partial class ContainerLog
{
    /// <summary>Its lines.</summary>
    /// <param name="text">What the service gave.</param>
    /// <param name="began">The time of lines before the first that tells one.</param>
    public static IReadOnlyList<RunLogLine> Read(string text, DateTimeOffset began)
    {
        var lines = new List<RunLogLine>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Stamped().Match(line);
            if (match.Success && DateTimeOffset.TryParse($"{match.Groups["second"].ValueSpan}.{match.Groups["fraction"].ValueSpan}{match.Groups["zone"].ValueSpan}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) began = at;
            lines.Add(new RunLogLine(began, match.Success ? line[match.Length..].TrimEnd('\r') : line.TrimEnd('\r')));
        }
        return lines;
    }

    // A tick is 100 ns: what lies below is left out.
    [GeneratedRegex(@"^(?<second>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)[,.](?<fraction>\d{1,7})\d*(?<zone>Z|[+-]\d\d:\d\d)?\s*(?:[|-]\s*[\w./-]+\s*\|\s?)?", RegexOptions.CultureInvariant, 100)]
    private static partial Regex Stamped();
}
