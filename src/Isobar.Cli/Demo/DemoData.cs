using System.Globalization;
using System.IO.Compression;

namespace Isobar.Cli.Demo;

/// <summary>A table of the demo, split three ways: of five rows, three train, one tells when to stop, and one is kept for the test at the end.</summary>
internal sealed record DemoTable(string Label, string[] Header, IReadOnlyList<string[]> Train, IReadOnlyList<string[]> Validation, IReadOnlyList<string[]> Test)
{
    public string TrainCsv => Csv(Train);
    public string ValidationCsv => Csv(Validation);
    public IReadOnlyList<string[]> All { get; } = [.. Train, .. Validation, .. Test];
    public int LabelColumn => Array.IndexOf(Header, Label);

    /// <summary>The features, as the columns of a request.</summary>
    public IReadOnlyList<string> Features => [.. Header.Where(h => h != Label)];

    public string[] FeaturesOf(string[] row) => [.. row.Where((_, i) => i != LabelColumn)];

    private string Csv(IReadOnlyList<string[]> rows) => string.Join('\n', rows.Select(r => string.Join(',', r)).Prepend(string.Join(',', Header))) + "\n";
}

/// <summary>The data sets that ship with the program.</summary>
internal static class DemoData
{
    public static DemoTable Penguins()
    {
        using var reader = new StreamReader(Open("penguins.csv"));
        return Split("species", Lines(reader));
    }

    /// <summary>Flights, the label being whether they arrived more than a quarter of an hour late.</summary>
    public static DemoTable Flights(int rows)
    {
        using var reader = new StreamReader(new GZipStream(Open("flights.csv.gz"), CompressionMode.Decompress));
        var lines = Lines(reader).Take(rows + 1).ToList();
        var delay = Array.IndexOf(lines[0], "delay");
        lines[0][delay] = "late";
        foreach (var row in lines.Skip(1)) row[delay] = double.Parse(row[delay], CultureInfo.InvariantCulture) > 15 ? "1" : "0";
        return Split("late", lines);
    }

    private static DemoTable Split(string label, IEnumerable<string[]> lines)
    {
        var all = lines.ToList();
        IReadOnlyList<string[]> Part(Func<int, bool> fifth) => [.. all.Skip(1).Where((_, i) => fifth(i % 5))];
        return new DemoTable(label, all[0], Part(i => i is not (0 or 2)), Part(i => i == 2), Part(i => i == 0));
    }

    // Neither file quotes a value.
    private static IEnumerable<string[]> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
            if (line.Length > 0) yield return line.Split(',');
    }

    private static Stream Open(string name) => typeof(DemoData).Assembly.GetManifestResourceStream(name)!;
}
