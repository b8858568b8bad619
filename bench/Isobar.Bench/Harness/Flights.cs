using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;

namespace Isobar.Bench.Harness;

/// <summary>The flights of data/datasets as SageMaker's XGBoost wants them: no header, numbers, the label (more than a quarter of an hour late) first.</summary>
internal static class Flights
{
    /// <summary>Rows of <c>late,month,weekday,hour,distance,inbound_delay</c>.</summary>
    public static IReadOnlyList<string> Rows()
    {
        var file = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "..", "data", "datasets", "flights.csv.gz"));
        using var text = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        text.ReadLine();
        var rows = new List<string>();
        while (text.ReadLine() is { } line)
        {
            var c = line.Split(',');
            rows.Add($"{(int.Parse(c[7], CultureInfo.InvariantCulture) > 15 ? 1 : 0)},{c[0]},{c[1]},{c[2]},{c[3]},{c[6]}");
        }
        return rows;
    }

    /// <summary>The rows without their label, as often as it takes to be <paramref name="count"/>.</summary>
    public static byte[] Questions(IReadOnlyList<string> rows, int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) text.Append(rows[i % rows.Count].AsSpan(2)).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
