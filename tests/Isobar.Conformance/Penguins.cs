namespace Isobar.Conformance;

/// <summary>The Palmer penguins.</summary>
internal static class Penguins
{
    private static readonly string[] Lines = System.IO.File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "penguins.csv"));

    public static (string Train, string Held) Split()
    {
        var rows = Lines[1..];
        return (File(rows.Where((_, i) => i % 5 != 0)), File(rows.Where((_, i) => i % 5 == 0)));
    }

    /// <summary>Held-out rows without the label, as an endpoint takes them, and the labels.</summary>
    public static (string[] Rows, string[] Labels) Held()
    {
        var label = Array.IndexOf(Lines[0].Split(','), "species");
        var held = Lines[1..].Where((_, i) => i % 5 == 0).Select(l => l.Split(',')).ToList();
        return ([.. held.Select(c => string.Join(',', c.Where((_, i) => i != label)))], [.. held.Select(c => c[label])]);
    }

    /// <summary>The names of the columns without the label.</summary>
    public static string FeatureHeader => Without(Lines[0]);

    /// <summary>All rows without the label.</summary>
    public static IReadOnlyList<string> Features() => [.. Lines[1..].Select(Without)];

    private static string Without(string line)
    {
        var label = Array.IndexOf(Lines[0].Split(','), "species");
        return string.Join(',', line.Split(',').Where((_, i) => i != label));
    }

    private static string File(IEnumerable<string> rows) => Lines[0] + "\n" + string.Join('\n', rows) + "\n";
}
