using System.Globalization;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>
/// Which api-versions are taken: every one that is a date, from the oldest that clients of today send to those of the future. Fields are passed through
/// as they came, so that a newer client loses nothing.
/// </summary>
internal static class ApiVersions
{
    public static readonly DateOnly Oldest = new(2015, 1, 1);

    public static string Check(string? given)
    {
        if (string.IsNullOrEmpty(given)) throw new ArmFault(400, "MissingApiVersionParameter", "The query parameter api-version is required, such as ?api-version=2022-10-01.");
        if (given.Length < 10 || !DateOnly.TryParseExact(given.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || given.Length > 10 && given[10] != '-')
            throw new ArmFault(400, "InvalidApiVersionParameter", $"The api-version '{Cut(given)}' is not a date such as 2022-10-01, or one followed by -preview.", "api-version");
        if (date < Oldest) throw new ArmFault(400, "InvalidApiVersionParameter", $"The api-version '{Cut(given)}' is older than {Oldest:yyyy-MM-dd}, the oldest that is taken.", "api-version");
        return given;
    }

    private static string Cut(string text) => text.Length > 40 ? text[..40] : text;
}
