namespace Isobar.Azure.Protocols.Arm;

/// <summary>The id of a resource, such as <c>/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME/TYPE/NAME</c>. Compared without regard to case.</summary>
internal sealed class ArmId
{
    private const int Provider = 4;
    private readonly string[] _segments;

    private ArmId(string[] segments) => _segments = segments;

    /// <summary>The id as it was written.</summary>
    public string Text => "/" + string.Join('/', _segments);

    /// <summary>The id as it is looked up.</summary>
    public string Key => Text.ToLowerInvariant();

    public string Subscription => _segments[1];

    /// <summary>Empty for what lies directly in a subscription.</summary>
    public string ResourceGroup => IsInGroup ? _segments[3] : "";

    public bool IsResource => ProviderAt >= 0 && _segments.Length >= ProviderAt + 4;

    /// <summary>Such as <c>Microsoft.MachineLearningServices</c>; empty where the id names no provider.</summary>
    public string Namespace => ProviderAt >= 0 && _segments.Length > ProviderAt + 1 ? _segments[ProviderAt + 1] : "";

    /// <summary>Such as <c>Microsoft.MachineLearningServices/workspaces/jobs</c>.</summary>
    public string Type
    {
        get
        {
            if (ProviderAt < 0) return IsInGroup ? "Microsoft.Resources/resourceGroups" : "Microsoft.Resources/subscriptions";
            return string.Join('/', _segments.Skip(ProviderAt + 2).Where((_, i) => i % 2 == 0).Prepend(Namespace));
        }
    }

    /// <summary>The last segment.</summary>
    public string Name => _segments[^1];

    /// <summary>The id of the resource group.</summary>
    public ArmId Group => new(_segments[..Provider]);

    /// <summary>The resource that this one lies in: of a top-level resource, its group.</summary>
    public ArmId Parent => ProviderAt >= 0 && _segments.Length <= ProviderAt + 4 ? new(_segments[..ProviderAt]) : new(_segments[..^2]);

    private bool IsInGroup => _segments.Length >= Provider && _segments[2].Equals("resourceGroups", StringComparison.OrdinalIgnoreCase);

    private int ProviderAt => IsInGroup ? (_segments.Length > Provider ? Provider : -1) : _segments.Length > 2 && _segments[2].Equals("providers", StringComparison.OrdinalIgnoreCase) ? 2 : -1;

    public ArmId Child(string type, string name) => new([.. _segments, type, name]);

    /// <summary>The ancestor (or the resource itself) of a type, or null.</summary>
    public ArmId? Ancestor(string type)
    {
        for (var id = this; id.IsResource; id = id.Parent)
            if (id.Type.Equals(type, StringComparison.OrdinalIgnoreCase)) return id;
        return null;
    }

    /// <summary>Reads an id; null where the text is none.</summary>
    public static ArmId? TryParse(string? text)
    {
        if (text is null || !text.StartsWith('/')) return null;
        var segments = text.Trim('/').Split('/');
        if (segments.Length < 2 || segments.Length % 2 != 0 || segments.Any(s => s.Length == 0)) return null;
        if (!segments[0].Equals("subscriptions", StringComparison.OrdinalIgnoreCase)) return null;
        return new ArmId(segments);
    }

    public static ArmId Parse(string text) => TryParse(text) ?? throw new FormatException($"'{text}' is not the id of a resource.");

    public override string ToString() => Text;
}
