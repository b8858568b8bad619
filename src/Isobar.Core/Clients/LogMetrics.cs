using System.Globalization;
using System.Text.RegularExpressions;
using Isobar.Core.Capabilities;

namespace Isobar.Core.Clients;

/// <summary>Metrics of clouds whose jobs have none of their own: they are what the job has written, <c>channel:metric=value</c>.</summary>
public static partial class LogMetrics
{
    /// <summary>The last value of each.</summary>
    public static IReadOnlyDictionary<string, double> Of(IEnumerable<RunLogLine> lines)
    {
        var metrics = new Dictionary<string, double>();
        foreach (var line in lines)
        {
            if (Metric().Match(line.Text) is { Success: true } match && double.TryParse(match.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) metrics[match.Groups[1].Value] = value;
        }
        return metrics;
    }

    [GeneratedRegex(@"^(?:\[\d+\] )?([A-Za-z]\w*:[\w@.-]+)=(\S+)$")]
    private static partial Regex Metric();
}
