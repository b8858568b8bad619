using System.Globalization;
using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>libsvm: <c>label[:weight] [qid:group] index:value …</c>. Column 0 is the label, index i is column i + 1; an absent entry is missing, as XGBoost reads it.</summary>
internal static class LibSvmRows
{
    private const int MaxIndex = 1_000_000;

    public static async Task<Error?> ReadAsync(Stream content, string name, TableBuilder builder, CancellationToken ct)
    {
        using var text = new StreamReader(content);
        var number = 0;
        while (await text.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            number++;
            var comment = line.IndexOf('#');
            if (comment >= 0) line = line[..comment];
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0) continue;
            builder.EnsureColumns(1);
            if (!Parse(parts[0].Split(':')[0], out var label)) return Bad(name, number, $"the label '{parts[0]}' is not a number");
            builder.Set(0, label);
            foreach (var part in parts.AsSpan(1))
            {
                var colon = part.IndexOf(':');
                if (part.StartsWith("qid:", StringComparison.Ordinal))
                {
                    if (!long.TryParse(part.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var group)) return Bad(name, number, $"'{part}' is not qid: and a whole number from 0");
                    builder.Group(group);
                    continue;
                }
                if (colon < 1 || !int.TryParse(part.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > MaxIndex || !Parse(part.AsSpan(colon + 1), out var value))
                    return Bad(name, number, $"'{part}' is not index:value with an index from 0 to {MaxIndex}");
                builder.EnsureColumns(index + 2);
                builder.Set(index + 1, value);
            }
            if (!builder.GroupsAreWhole) return Bad(name, number, "either every row has a qid or none has");
            if (builder.EndRow() is { } full) return full;
        }
        return null;
    }

    private static bool Parse(ReadOnlySpan<char> text, out float value) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static Error Bad(string name, int line, string what) => new(ErrorCode.InvalidArgument, $"{name}, line {line}: {what}.");
}
