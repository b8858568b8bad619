using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>
/// The operators of JSONPath that SageMaker's data processing documents: <c>$</c>, <c>.name</c>, <c>*</c>, <c>['a','b']</c>, <c>[0,-1]</c>,
/// <c>[1:3]</c>. Several names give an object of them, several indices or a slice give an array.
/// </summary>
internal sealed class RecordPath
{
    private readonly List<Step> _steps = [];

    private RecordPath()
    {
    }

    /// <summary>Whether it gives the record as it is.</summary>
    public bool IsWhole => _steps.Count == 0;

    /// <summary>Reads a path.</summary>
    public static Result<RecordPath> Parse(string text)
    {
        var path = new RecordPath();
        if (text.Length == 0 || text[0] != '$') return Bad(text, "it must start with $");
        var at = 1;
        while (at < text.Length)
        {
            if (text[at] == '.')
            {
                var end = text.AsSpan(at + 1).IndexOfAny('.', '[');
                var name = end < 0 ? text[(at + 1)..] : text.Substring(at + 1, end);
                if (name.Length == 0) return Bad(text, $"a name is missing at position {at + 1}");
                path._steps.Add(name == "*" ? new Step.All() : new Step.Names([name], false));
                at += 1 + name.Length;
            }
            else if (text[at] == '[')
            {
                var end = ClosingBracket(text, at);
                if (end < 0) return Bad(text, $"the bracket at position {at} is not closed");
                if (Bracket(text[(at + 1)..end].Trim()) is not { } step) return Bad(text, $"[{text[(at + 1)..end]}] is neither names, indices nor a slice");
                path._steps.Add(step);
                at = end + 1;
            }
            else
            {
                return Bad(text, $"'{text[at]}' at position {at} is not understood");
            }
        }
        return path;
    }

    /// <summary>Applies it; null where the record has no such part.</summary>
    public JsonNode? Apply(JsonNode? record)
    {
        foreach (var step in _steps) record = step.Take(record);
        return record;
    }

    private static Error Bad(string text, string why) => Error.Invalid("filter", text, $"The filter '{text}' is not a path: {why}.");

    private static int ClosingBracket(string text, int at)
    {
        var quoted = false;
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] is '\'' or '"') quoted = !quoted;
            else if (text[i] == ']' && !quoted) return i;
        }
        return -1;
    }

    private static Step? Bracket(string inside)
    {
        if (inside == "*") return new Step.All();
        if (inside.StartsWith('\'') || inside.StartsWith('"'))
        {
            var names = inside.Split(',', StringSplitOptions.TrimEntries);
            return names.All(n => n.Length >= 2 && n[0] == n[^1] && n[0] is '\'' or '"') ? new Step.Names([.. names.Select(n => n[1..^1])], names.Length > 1) : null;
        }
        if (inside.Contains(':'))
        {
            var parts = inside.Split(':', StringSplitOptions.TrimEntries);
            if (parts.Length != 2) return null;
            int? from = null, to = null;
            if (parts[0].Length > 0) { if (!Number(parts[0], out var n)) return null; from = n; }
            if (parts[1].Length > 0) { if (!Number(parts[1], out var n)) return null; to = n; }
            return new Step.Slice(from, to);
        }
        var indices = new List<int>();
        foreach (var part in inside.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Number(part, out var n)) return null;
            indices.Add(n);
        }
        return new Step.Indices([.. indices]);

        static bool Number(string text, out int n) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out n);
    }

    private abstract record Step
    {
        public abstract JsonNode? Take(JsonNode? from);

        public sealed record Names(string[] Wanted, bool Several) : Step
        {
            public override JsonNode? Take(JsonNode? from)
            {
                if (from is not JsonObject o) return null;
                if (!Several) return o.TryGetPropertyValue(Wanted[0], out var one) ? one?.DeepClone() : null;
                var taken = new JsonObject();
                foreach (var name in Wanted)
                    if (o.TryGetPropertyValue(name, out var value)) taken[name] = value?.DeepClone();
                return taken;
            }
        }

        public sealed record Indices(int[] Wanted) : Step
        {
            public override JsonNode? Take(JsonNode? from)
            {
                if (from is not JsonArray a) return null;
                if (Wanted.Length == 1) return At(a, Wanted[0])?.DeepClone();
                return new JsonArray([.. Wanted.Where(i => i < a.Count && i >= -a.Count).Select(i => At(a, i)?.DeepClone())]);
            }

            private static JsonNode? At(JsonArray a, int i) => i >= 0 ? (i < a.Count ? a[i] : null) : i >= -a.Count ? a[a.Count + i] : null;
        }

        public sealed record Slice(int? From, int? To) : Step
        {
            public override JsonNode? Take(JsonNode? from)
            {
                if (from is not JsonArray a) return null;
                var start = Math.Clamp(From is { } f ? f < 0 ? a.Count + f : f : 0, 0, a.Count);
                var end = Math.Clamp(To is { } t ? t < 0 ? a.Count + t : t : a.Count, start, a.Count);
                return new JsonArray([.. a.Skip(start).Take(end - start).Select(n => n?.DeepClone())]);
            }
        }

        public sealed record All : Step
        {
            public override JsonNode? Take(JsonNode? from) => from switch
            {
                JsonArray a => a.DeepClone(),
                JsonObject o => new JsonArray([.. o.Select(p => p.Value?.DeepClone())]),
                _ => null,
            };
        }
    }
}
