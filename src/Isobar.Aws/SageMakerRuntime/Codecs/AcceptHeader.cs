namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>Choice of a reply's type.</summary>
internal static class AcceptHeader
{
    /// <summary>The first type wanted that is offered; null: none is. Quality values are not weighed, as SageMaker's containers do not.</summary>
    public static string? Choose(string? accept, IReadOnlyList<string> offered, string fallback)
    {
        if (string.IsNullOrEmpty(accept) || accept == "*/*") return fallback;
        foreach (var offer in offered)
            if (offer == accept) return offer;
        foreach (var part in accept.Split(','))
        {
            var semicolon = part.IndexOf(';');
            var name = (semicolon < 0 ? part : part[..semicolon]).Trim();
            if (name == "*/*") return fallback;
            foreach (var offer in offered)
                if (offer.Equals(name, StringComparison.OrdinalIgnoreCase) || name.EndsWith("/*", StringComparison.Ordinal) && offer.StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase)) return offer;
        }
        return null;
    }
}
