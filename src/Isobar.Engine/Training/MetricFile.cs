using System.Globalization;
using System.Text.Json;

namespace Isobar.Engine.Training;

/// <summary>
/// Metrics that the user's code keeps in a file, as Google's package cloudml-hypertune does: a JSON object a line with <c>global_step</c>, <c>timestamp</c>,
/// <c>trial</c>, <c>checkpoint_path</c> and one field more, the metric by its name. It writes the file anew each time, with the last hundred lines.
/// </summary>
internal sealed class MetricFile(string path, MetricReader metrics)
{
    private const int MaxBytes = 1 << 20;
    private static readonly string[] Known = ["global_step", "timestamp", "trial", "checkpoint_path"];
    private readonly HashSet<string> _seen = [];

    /// <summary>Takes the lines that are new.</summary>
    public void Read()
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes) return;
            var text = File.ReadAllText(path);
            // What stands behind the last line break is still being written.
            foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                if (_seen.Add(line)) Take(line);
        }
        catch (IOException) { /* The child replaces the file; the next look finds it. */ }
    }

    private void Take(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return;
            var step = document.RootElement.TryGetProperty("global_step", out var at) && Number(at) is { } n ? (int?)n : null;
            foreach (var field in document.RootElement.EnumerateObject())
                if (!Known.Contains(field.Name) && Number(field.Value) is { } value) metrics.Report(field.Name, value, step);
        }
        catch (JsonException) { /* A line that is no JSON holds no metric. */ }
    }

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
