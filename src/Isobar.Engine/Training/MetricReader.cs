using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Isobar.Engine.Training;

/// <summary>Finds metrics in a job's lines: those the worker marks, and those the user's regular expressions match. Keeps the series in a file.</summary>
internal sealed class MetricReader
{
    /// <summary>Starts a line that the worker writes for a metric: name, value and step in JSON follow.</summary>
    public const string Marker = "#isobar-metric ";
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(250);

    private readonly List<(string Name, Regex Regex)> _definitions;
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, JobMetric> _last = [];

    public MetricReader(IEnumerable<MetricDefinition> definitions, string file, TimeProvider time)
    {
        _definitions = [.. definitions.Select(d => (d.Name, new Regex(d.Regex, RegexOptions.CultureInvariant, MatchTimeout)))];
        (_file, _time) = (file, time);
    }

    public IReadOnlyList<JobMetric> Last
    {
        get { lock (_lock) return [.. _last.Values.OrderBy(m => m.Name, StringComparer.Ordinal)]; }
    }

    /// <summary>Reads a line; returns what the log should show.</summary>
    public string Read(string line)
    {
        if (line.StartsWith(Marker, StringComparison.Ordinal) && Parse(line[Marker.Length..]) is { } metric)
        {
            Add(metric with { Time = _time.GetUtcNow() });
            return metric.Step is { } step
                ? string.Create(CultureInfo.InvariantCulture, $"[{step}] {metric.Name}={metric.Value:0.#####}")
                : string.Create(CultureInfo.InvariantCulture, $"{metric.Name}={metric.Value:0.#####}");
        }
        foreach (var (name, regex) in _definitions)
        {
            try
            {
                var match = regex.Match(line);
                if (match.Success && match.Groups.Count > 1 && double.TryParse(match.Groups[1].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                    Add(new JobMetric(name, value, _time.GetUtcNow()));
            }
            catch (RegexMatchTimeoutException) { /* A pattern that explodes on this line finds nothing in it. */ }
        }
        return line;
    }

    /// <summary>Takes a value that did not come by a line.</summary>
    public void Report(string name, double value, int? step) => Add(new JobMetric(name, value, _time.GetUtcNow(), step));

    public static IReadOnlyList<JobMetric> ReadSeries(string file) => !File.Exists(file) ? [] :
        [.. File.ReadLines(file).Select(Parse).OfType<JobMetric>()];

    /// <summary>Adds values to a series that no run is writing.</summary>
    public static void AppendSeries(string file, IEnumerable<JobMetric> metrics)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.AppendAllLines(file, metrics.Select(m => JsonSerializer.Serialize(m, TrainingJson.Default.JobMetric)));
    }

    private static JobMetric? Parse(string json)
    {
        try { return JsonSerializer.Deserialize(json, TrainingJson.Default.JobMetric); }
        catch (JsonException) { return null; }
    }

    /// <summary>Adds a value that was told otherwise than by a line.</summary>
    public void Add(JobMetric metric)
    {
        lock (_lock)
        {
            _last[metric.Name] = metric;
            File.AppendAllText(_file, JsonSerializer.Serialize(metric, TrainingJson.Default.JobMetric) + "\n");
        }
    }
}
