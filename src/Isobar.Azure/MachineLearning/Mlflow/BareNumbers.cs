using System.Text;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Makes <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>, as Python writes them outside of strings, strings that JSON knows.</summary>
internal static class BareNumbers
{
    private static readonly string[] Words = ["-Infinity", "Infinity", "NaN"];

    public static string Quote(string json)
    {
        if (!Words.Any(w => json.Contains(w, StringComparison.Ordinal))) return json;
        var quoted = new StringBuilder(json.Length + 16);
        var inString = false;
        for (var i = 0; i < json.Length; i++)
        {
            var c = json[i];
            if (c == '"') inString = !inString;
            if (inString && c == '\\' && i + 1 < json.Length)
            {
                quoted.Append(c).Append(json[++i]);
                continue;
            }
            if (!inString && Words.FirstOrDefault(w => string.CompareOrdinal(json, i, w, 0, w.Length) == 0) is { } word)
            {
                quoted.Append('"').Append(word).Append('"');
                i += word.Length - 1;
                continue;
            }
            quoted.Append(c);
        }
        return quoted.ToString();
    }
}
