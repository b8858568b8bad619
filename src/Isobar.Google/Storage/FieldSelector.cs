using System.Text.Json.Nodes;

namespace Isobar.Google.Storage;

/// <summary>The <c>fields</c> parameter: the answer keeps only what it names, such as <c>items(name,size),nextPageToken</c> or <c>items/name</c>.</summary>
internal static class FieldSelector
{
    private const int MaxDepth = 16;

    public static void Keep(JsonObject document, string fields)
    {
        var position = 0;
        Apply(document, Read(fields, ref position, 0));
    }

    private sealed class Tree : Dictionary<string, Tree?>;

    private static Tree Read(string text, ref int at, int depth)
    {
        var tree = new Tree();
        while (at < text.Length && text[at] != ')')
        {
            var start = at;
            while (at < text.Length && text[at] is not (',' or '(' or ')' or '/')) at++;
            var name = text[start..at].Trim();
            Tree? below = null;
            if (at < text.Length && text[at] is '(' or '/' && depth < MaxDepth)
            {
                var nested = text[at++] == '(';
                below = nested ? Read(text, ref at, depth + 1) : ReadOne(text, ref at, depth + 1);
                if (nested && at < text.Length) at++;
            }
            if (name.Length > 0) tree[name] = below;
            if (at < text.Length && text[at] is ',' or '(' or '/') at++;
        }
        return tree;
    }

    private static Tree ReadOne(string text, ref int at, int depth)
    {
        var end = at;
        for (var open = 0; end < text.Length && (open > 0 || text[end] is not (',' or ')')); end++) open += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
        var inner = 0;
        var tree = Read(text[at..end], ref inner, depth);
        at = end;
        return tree;
    }

    private static void Apply(JsonNode? node, Tree wanted)
    {
        if (node is JsonArray items)
            foreach (var item in items) Apply(item, wanted);
        if (node is not JsonObject document || wanted.ContainsKey("*")) return;
        foreach (var name in document.Select(p => p.Key).ToList())
        {
            if (!wanted.TryGetValue(name, out var below)) document.Remove(name);
            else if (below is not null) Apply(document[name], below);
        }
    }
}
