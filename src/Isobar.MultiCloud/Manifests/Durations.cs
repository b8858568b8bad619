using System.Globalization;

namespace Isobar.MultiCloud.Manifests;

/// <summary>Spans of time as people write them: <c>90</c>, <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>.</summary>
public static class Durations
{
    /// <summary>The pattern of their texts.</summary>
    public const string Pattern = "^[0-9]+(\\.[0-9]+)?[smhd]?$";

    /// <summary>Their seconds; null: it is no span.</summary>
    public static double? Seconds(string text)
    {
        if (text.Length == 0) return null;
        var factor = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        var number = factor == 0 ? text : text[..^1];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 ? value * Math.Max(1, factor) : null;
    }
}
