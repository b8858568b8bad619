using System.Text.RegularExpressions;
using Isobar.Engine.Onnx;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Algorithms.Encoding;

/// <summary>
/// Running text as weighted words and pairs of neighbours: term frequency times inverse document frequency, each row of length 1. Letters
/// A to Z are taken as small ones; the graph lowers no others, since ONNX Runtime would want the machine to have a locale for them.
/// </summary>
internal sealed partial class TextTerms
{
    private const int MaxTerms = 2000;
    private const long MaxCells = 40_000_000;
    private const float Least = 1e-6f;

    private readonly string[] _words;
    private readonly (string First, string Second)[] _pairs;
    private readonly float[] _weights;
    private readonly Dictionary<string, int> _wordPlaces;
    private readonly Dictionary<(string, string), int> _pairPlaces;

    private TextTerms(string[] words, (string, string)[] pairs, float[] weights)
    {
        (_words, _pairs, _weights) = (words, pairs, weights);
        _wordPlaces = words.Select((w, i) => (w, i)).ToDictionary(p => p.w, p => p.i);
        _pairPlaces = pairs.Select((p, i) => (p, i)).ToDictionary(p => p.p, p => words.Length + p.i);
    }

    public int Count => _weights.Length;

    /// <summary>Learns the terms that stand in most rows, and in two at least.</summary>
    public static TextTerms Learn(IEnumerable<string> texts, int rows)
    {
        var words = new Dictionary<string, int>();
        var pairs = new Dictionary<(string, string), int>();
        foreach (var text in texts)
        {
            var tokens = Tokens(text);
            foreach (var word in tokens.Distinct()) words[word] = words.GetValueOrDefault(word) + 1;
            foreach (var pair in tokens.Zip(tokens.Skip(1)).Distinct()) pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
        }
        var most = (int)Math.Clamp(MaxCells / Math.Max(1, rows), 100, MaxTerms);
        var kept = words.Select(w => (Word: (string?)w.Key, Pair: default((string, string)), Name: w.Key, Rows: w.Value))
            .Concat(pairs.Select(p => (Word: (string?)null, Pair: p.Key, Name: $"{p.Key.Item1} {p.Key.Item2}", Rows: p.Value)))
            .Where(t => t.Rows >= 2).OrderByDescending(t => t.Rows).ThenBy(t => t.Name, StringComparer.Ordinal).Take(most).OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        // As scikit-learn smooths it: as if one more row held every term.
        float Weight(int n) => (float)(Math.Log((1.0 + rows) / (1.0 + n)) + 1);
        var (single, paired) = (kept.Where(t => t.Word is not null).ToList(), kept.Where(t => t.Word is null).ToList());
        return new TextTerms([.. single.Select(t => t.Word!)], [.. paired.Select(t => t.Pair)], [.. single.Concat(paired).Select(t => Weight(t.Rows))]);
    }

    public void Weigh(string text, Span<float> into)
    {
        var tokens = Tokens(text);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (_wordPlaces.TryGetValue(tokens[i], out var word)) into[word] += _weights[word];
            if (i + 1 < tokens.Length && _pairPlaces.TryGetValue((tokens[i], tokens[i + 1]), out var pair)) into[pair] += _weights[pair];
        }
        float squares = 0;
        foreach (var x in into) squares += x * x;
        var length = Math.Max(MathF.Sqrt(squares), Least);
        foreach (ref var x in into) x /= length;
    }

    /// <summary>Adds the same to the graph; the result has the shape [N, Count].</summary>
    public string AddTo(GraphBuilder graph, string input)
    {
        var flat = graph.Add("Reshape", [input, graph.Longs([-1], 1)]);
        var lower = graph.Add("StringNormalizer", [flat], Attr("case_change_action", "LOWER"), Attr("is_case_sensitive", 1L), Attr("locale", "C"));
        // Marks around each text: a batch of empty ones would have no words at all, for which the next node has no shape.
        var tokens = graph.Add(RuntimeDomain, "Tokenizer", [lower], 1, [Attr("mark", 1L), Attr("mincharnum", 1L), Attr("pad_value", "\u0001"), Attr("tokenexp", Token)])[0];
        var indexes = Enumerable.Range(0, Count).Select(i => (long)i).ToArray();
        var terms = graph.Add("TfIdfVectorizer", [tokens],
            Attr("mode", "TFIDF"), Attr("min_gram_length", 1L), Attr("max_gram_length", _pairs.Length > 0 ? 2L : 1L), Attr("max_skip_count", 0L),
            Attr("ngram_counts", _pairs.Length > 0 ? new[] { 0L, _words.Length } : new[] { 0L }), Attr("ngram_indexes", indexes), Attr("weights", _weights),
            Attr("pool_strings", _words.Concat(_pairs.SelectMany(p => new[] { p.First, p.Second }))));
        var length = graph.Add("ReduceL2", [terms], Attr("axes", [1L]), Attr("keepdims", 1L));
        var scaled = graph.Add("Div", [terms, graph.Add("Max", [length, graph.Floats([Least])])]);
        return graph.Add("Reshape", [scaled, graph.Longs([-1, Count], 2)]);
    }

    private const string Token = @"[\p{L}\p{N}]+";

    private static string[] Tokens(string text) => [.. Word().Matches(text).Select(m => string.Create(m.Length, m.Value, static (span, word) =>
    {
        for (var i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetterUpper(word[i]) ? (char)(word[i] | 0x20) : word[i];
    }))];

    [GeneratedRegex(Token)]
    private static partial Regex Word();
}
