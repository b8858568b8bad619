namespace Isobar.Aws.S3;

/// <summary>A query string, where a key without a value (<c>?uploads</c>) tells the operation.</summary>
internal sealed class S3Query
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public S3Query(string raw)
    {
        foreach (var pair in raw.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=');
            _values[Decode(at < 0 ? pair : pair[..at])] = at < 0 ? "" : Decode(pair[(at + 1)..]);
        }
    }

    public string? this[string name] => _values.GetValueOrDefault(name);
    public bool Has(string name) => _values.ContainsKey(name);
    public bool HasAny(IEnumerable<string> names) => names.Any(_values.ContainsKey);
    public IEnumerable<KeyValuePair<string, string>> All => _values;

    public static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>Reads a count; null when it is not one.</summary>
    public int? Count(string name, int fallback, int most) =>
        this[name] is not { Length: > 0 } text ? fallback : int.TryParse(text, out var value) && value >= 0 ? Math.Min(value, most) : null;
}
