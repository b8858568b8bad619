namespace Isobar.MultiCloud.Manifests;

/// <summary>What a part of a manifest may be. One description makes the JSON Schema for editors and the check that names lines.</summary>
internal abstract record Shape(string About);

internal sealed record TextShape(string About, string? Pattern = null, string? PatternSaid = null, IReadOnlyList<string>? Words = null) : Shape(About);

internal sealed record NumberShape(string About, double? Min = null, double? Max = null, bool Whole = false, bool AboveMin = false) : Shape(About);

/// <summary>Seconds, or a number with s, m, h or d behind it.</summary>
internal sealed record DurationShape(string About) : Shape(About);

internal sealed record FlagShape(string About) : Shape(About);

internal sealed record ListShape(string About, Shape Item, int Least = 0) : Shape(About);

internal sealed record MapShape(string About, Shape Value, string? KeyPattern = null, int Least = 0) : Shape(About);

internal sealed record ObjectShape(string About, params Field[] Fields) : Shape(About);

internal sealed record Field(string Name, Shape Shape, bool Required = false);
