using System.Text.Json;
using Isobar.Core.Results;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Isobar.MultiCloud.Manifests;

/// <summary>Reads manifests and tells every fault at once.</summary>
public static class ManifestReader
{
    private const int MaxLength = 4 * 1024 * 1024, MaxDepth = 20, MaxNodes = 500_000;

    // 1. text to YAML; 2. YAML against the shape; 3. what only the whole shows.
    /// <summary>Reads a manifest; the faults are empty where there is one.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="clouds">The clouds that there are; null: the names are not checked.</param>
    /// <param name="beside">Further faults, by their paths: what only who has the files beside the manifest can see.</param>
    public static (Manifest? Manifest, IReadOnlyList<ManifestFault> Faults) Read(string yaml, IReadOnlyList<string>? clouds = null, Func<Manifest, IEnumerable<Fault>>? beside = null)
    {
        if (yaml.Length > MaxLength) return (null, [new(1, 1, "", null, $"A manifest has at most {MaxLength} characters; this one has {yaml.Length}.")]);
        // 1.
        var stream = new YamlStream();
        try { stream.Load(new StringReader(yaml)); }
        catch (YamlException e) { return (null, [new((int)e.Start.Line, (int)e.Start.Column, "", null, $"This is not YAML: {e.Message}")]); }
        if (stream.Documents.Count != 1) return (null, [new(1, 1, "", null, stream.Documents.Count == 0 ? "The manifest is empty." : "A manifest is one document; this file holds several.")]);
        // An alias that holds itself would be read for ever, and some that hold each other for as good as ever.
        var left = MaxNodes;
        if (TooMuch(stream.Documents[0].RootNode, 0, ref left) is { } deep) return (null, [new((int)deep.Start.Line, (int)deep.Start.Column, "", null, left < 0 ? $"With its aliases written out this has more than {MaxNodes} values." : "This is nested too deeply.")]);
        // 2.
        var check = new NodeCheck();
        var json = check.Read(stream.Documents[0].RootNode, ManifestShape.Root, "");
        if (check.Faults.Count > 0) return (null, Sorted(check));
        var manifest = json.Deserialize(ManifestJson.Default.Manifest)!;
        // 3.
        foreach (var (path, value, message) in ManifestRules.Faults(manifest, clouds)) check.Fault(Nearest(check, path), path, value, message);
        foreach (var fault in beside?.Invoke(manifest) ?? []) check.Fault(Nearest(check, fault.Field), fault.Field, fault.Value, fault.Message);
        return check.Faults.Count > 0 ? (null, Sorted(check)) : (manifest, []);
    }

    /// <summary>Checks a manifest that came as JSON.</summary>
    public static Result<Manifest> Check(Manifest manifest, IReadOnlyList<string>? clouds)
    {
        var faults = ManifestRules.Faults(manifest, clouds).Select(f => new Fault(f.Path, f.Value, f.Message)).ToList();
        return faults.Count == 0 ? manifest : new Error(ErrorCode.InvalidArgument, faults[0].Message) { Faults = faults };
    }

    private static List<ManifestFault> Sorted(NodeCheck check) => [.. check.Faults.OrderBy(f => f.Line).ThenBy(f => f.Column)];

    // What is missing has no place of its own: its parent has.
    private static Mark Nearest(NodeCheck check, string path)
    {
        while (path.Length > 0)
        {
            if (check.Marks.TryGetValue(path, out var mark)) return mark;
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }
        return check.Marks[""];
    }

    private static YamlNode? TooMuch(YamlNode node, int depth, ref int left)
    {
        if (depth > MaxDepth || --left < 0) return node;
        IEnumerable<YamlNode> below = node switch
        {
            YamlMappingNode map => map.Children.Values,
            YamlSequenceNode list => list.Children,
            _ => [],
        };
        foreach (var one in below)
            if (TooMuch(one, depth + 1, ref left) is { } found) return found;
        return null;
    }
}
