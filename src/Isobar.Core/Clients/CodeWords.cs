using Isobar.Core.Capabilities;

namespace Isobar.Core.Clients;

/// <summary>How code of one's own is run, the same in every cloud.</summary>
public static class CodeWords
{
    /// <summary>The name that stands where an algorithm's would.</summary>
    public const string Name = "code";

    /// <summary>What runs a file of this kind, the file in its place.</summary>
    public static IReadOnlyList<string> Command(string entry, string path) => Path.GetExtension(entry) switch
    {
        ".py" => ["python3", path],
        ".sh" => ["bash", path],
        ".js" or ".mjs" or ".cjs" => ["node", path],
        ".dll" => ["dotnet", path],
        _ => [path],
    };

    /// <summary>Hyperparameters as arguments, in the order of their names.</summary>
    public static IEnumerable<string> Arguments(IReadOnlyDictionary<string, string> hyperParameters) => hyperParameters.OrderBy(h => h.Key, StringComparer.Ordinal).SelectMany(h => new[] { $"--{h.Key}", h.Value });

    /// <summary>The variable that names a channel's folder.</summary>
    public static string Variable(string channel) => "SM_CHANNEL_" + string.Concat(channel.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    /// <summary>All lines of a run's log.</summary>
    public static async Task<IReadOnlyList<RunLogLine>> LinesAsync(ITraining training, string name, CancellationToken ct)
    {
        var lines = new List<RunLogLine>();
        for (string? after = null; ;)
        {
            if (!(await training.LogAsync(name, after, ct).ConfigureAwait(false)).TryGet(out var page, out _) || page.Lines.Count == 0) return lines;
            lines.AddRange(page.Lines);
            if (page.Next is null || page.Next == after) return lines;
            after = page.Next;
        }
    }
}
