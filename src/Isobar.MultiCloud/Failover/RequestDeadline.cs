using System.Globalization;

namespace Isobar.MultiCloud.Failover;

/// <summary>
/// How callers say by when they need an answer: <c>X-Request-Deadline</c> as a time (2026-01-31T12:00:00.250Z, or milliseconds of the Unix epoch), or
/// <c>grpc-timeout</c> as gRPC defines it (up to eight digits and H, M, S, m, u or n).
/// </summary>
public static class RequestDeadline
{
    /// <summary>The header with a time.</summary>
    public const string Header = "X-Request-Deadline";
    /// <summary>The header with a span.</summary>
    public const string TimeoutHeader = "grpc-timeout";

    // gRPC's longest is 11,400 years, which no clock can be set to.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Reads a deadline; false when it is neither form.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset deadline)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < 253_402_300_799_999)
        {
            deadline = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            return true;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out deadline);
    }

    /// <summary>Reads a span; false when it is not gRPC's form.</summary>
    public static bool TryParseTimeout(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        double? seconds = text[^1] switch { 'H' => 3600, 'M' => 60, 'S' => 1, 'm' => 1e-3, 'u' => 1e-6, 'n' => 1e-9, _ => null };
        if (seconds is not { } unit) return false;
        timeout = TimeSpan.FromSeconds(Math.Min(value * unit, Longest.TotalSeconds));
        return true;
    }

    /// <summary>The span as gRPC writes it, in milliseconds.</summary>
    public static string FormatTimeout(TimeSpan timeout) => string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp((long)timeout.TotalMilliseconds, 1, 99_999_999)}m");
}
