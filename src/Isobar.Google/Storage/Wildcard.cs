using System.Text;
using System.Text.RegularExpressions;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Google.Storage;

/// <summary>
/// Cloud Storage's wildcards in an object's name: <c>*</c> stands for characters other than a slash, <c>**</c> for all, <c>?</c> for one character,
/// <c>[a-z]</c> and <c>[!a-z]</c> for one of some and for one of all others.
/// </summary>
internal static class Wildcard
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    public static bool IsIn(string name) => name.AsSpan().IndexOfAny("*?[") >= 0;

    /// <summary>The objects that a name with wildcards stands for, in their order; what stands for a folder is none of them.</summary>
    public static async Task<Result<IReadOnlyList<ObjectLocation>>> FindAsync(IObjectStore objects, ObjectLocation pattern, int limit, CancellationToken ct)
    {
        if (Parse(pattern.Key, braces: false) is not { } test) return new Error(ErrorCode.InvalidArgument, $"'{pattern.Key}' has a range that runs backwards or is empty");
        var found = new List<ObjectLocation>();
        string? next = null;
        do
        {
            var listed = await objects.ListAsync(pattern.Bucket, new ObjectQuery(pattern.Key[..pattern.Key.AsSpan().IndexOfAny("*?[")], Continue: next), ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out var error)) return error;
            found.AddRange(page.Objects.Where(o => !o.Key.EndsWith('/') && test.IsMatch(o.Key)).Select(o => pattern with { Key = o.Key }));
            if (found.Count > limit) return new Error(ErrorCode.InvalidArgument, $"more than {limit} objects are there");
            next = page.Next;
        }
        while (next is not null);
        return found;
    }

    /// <summary>The pattern as an expression; null where it is malformed: a range that runs backwards, or braces that are not closed.</summary>
    /// <param name="braces">Whether <c>{a,b}</c> stands for one of several texts, as in listings.</param>
    public static Regex? Parse(string pattern, bool braces)
    {
        try
        {
            return Expression(pattern, braces);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Regex Expression(string pattern, bool braces)
    {
        var text = new StringBuilder("^");
        var open = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            var close = c == '[' ? pattern.IndexOf(']', i + 1) : -1;
            if (c == '*')
            {
                var deep = i + 1 < pattern.Length && pattern[i + 1] == '*';
                text.Append(deep ? ".*" : "[^/]*");
                if (deep) i++;
            }
            else if (c == '?') text.Append("[^/]");
            else if (close > i + 1)
            {
                var inside = pattern[(i + 1)..close];
                text.Append('[').Append(inside[0] == '!' ? "^" : "").Append(inside.TrimStart('!').Replace("\\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal)).Append(']');
                i = close;
            }
            else if (braces && c == '{')
            {
                text.Append("(?:");
                open++;
            }
            else if (open > 0 && c == '}')
            {
                text.Append(')');
                open--;
            }
            else text.Append(open > 0 && c == ',' ? "|" : Regex.Escape(c.ToString()));
        }
        return new Regex(text.Append('$').ToString(), RegexOptions.Singleline | RegexOptions.NonBacktracking, LongestMatch);
    }
}
