namespace Isobar.Cli;

/// <summary>Finds the name that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The nearest name, or null where none is near.</summary>
    public static string? To(string typed, IEnumerable<string> names) => names
        .Select(name => (name, distance: name.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(typed.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(n => n.distance <= Math.Max(2, typed.Length / 3))
        .OrderBy(n => n.distance).ThenBy(n => n.name, StringComparer.Ordinal)
        .Select(n => n.name).FirstOrDefault();

    // Edits that insert, drop, change or swap neighbours: the mistakes of typing.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
