namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>A MIME type with its parameters, such as <c>text/csv; label_size=0</c>.</summary>
internal sealed record MediaType(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    public static MediaType Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1))
        {
            var split = part.Split('=', 2, StringSplitOptions.TrimEntries);
            parameters[split[0]] = split.Length > 1 ? split[1].Trim('"') : "";
        }
        return new(parts.Length == 0 ? "" : parts[0].ToLowerInvariant(), parameters);
    }

    /// <summary>The label_size parameter: 0 or 1; null when it is neither.</summary>
    public int? LabelSize(int fallback) => !Parameters.TryGetValue("label_size", out var text) ? fallback : text switch { "0" => 0, "1" => 1, _ => null };
}
