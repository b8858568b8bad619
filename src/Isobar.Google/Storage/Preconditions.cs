using System.Globalization;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary>Conditions on the generation and the metageneration of an object.</summary>
/// <param name="Prefix">Empty, or <c>Source</c> for those on a copy's source.</param>
internal sealed record Preconditions(string Prefix, long? GenerationMatch, long? GenerationNotMatch, long? MetagenerationMatch, long? MetagenerationNotMatch)
{
    public static (Preconditions? Value, StorageError? Error) Of(StorageCall call, string prefix = "")
    {
        var values = new long?[4];
        var names = new[] { "GenerationMatch", "GenerationNotMatch", "MetagenerationMatch", "MetagenerationNotMatch" };
        for (var i = 0; i < names.Length; i++)
        {
            var (value, error) = call.Number($"if{prefix}{names[i]}");
            if (error is not null) return (null, error);
            // The XML API says the same by header.
            values[i] = value ?? (prefix.Length == 0 ? OfHeader(call, names[i]) : null);
        }
        return (new Preconditions(prefix, values[0], values[1], values[2], values[3]), null);
    }

    /// <summary>What the engine checks in the same transaction as the write.</summary>
    public WriteCondition ToWrite() => new(IfGenerationMatch: GenerationMatch);

    /// <summary>Holds an object, or its absence, to the conditions.</summary>
    public StorageError? Check(ObjectInfo? info, bool isRead = false)
    {
        var generation = info?.Generation ?? 0;
        if (GenerationMatch is { } g && g != generation) return StorageError.Condition($"if{Prefix}GenerationMatch");
        if (MetagenerationMatch is { } m && (info is null || m != info.Metageneration())) return StorageError.Condition($"if{Prefix}MetagenerationMatch");
        if (GenerationNotMatch is { } not && not == generation) return isRead ? StorageError.NotModified : StorageError.Condition($"if{Prefix}GenerationNotMatch");
        if (MetagenerationNotMatch is { } meta && info is not null && meta == info.Metageneration()) return isRead ? StorageError.NotModified : StorageError.Condition($"if{Prefix}MetagenerationNotMatch");
        return null;
    }

    /// <summary>Whether something beyond the engine's own condition must be looked at before a write.</summary>
    public bool NeedsLook => GenerationNotMatch is not null || MetagenerationMatch is not null || MetagenerationNotMatch is not null;

    private static long? OfHeader(StorageCall call, string name)
    {
        var header = name switch { "GenerationMatch" => "x-goog-if-generation-match", "MetagenerationMatch" => "x-goog-if-metageneration-match", _ => null };
        return header is not null && long.TryParse(call.Header(header), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
    }
}
