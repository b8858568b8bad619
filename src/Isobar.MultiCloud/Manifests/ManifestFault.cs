using Isobar.Core.Results;

namespace Isobar.MultiCloud.Manifests;

/// <summary>Something in a manifest that is not as it must be.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Path">Such as <c>models.species.training.task</c>.</param>
public sealed record ManifestFault(int Line, int Column, string Path, string? Value, string Message)
{
    /// <summary>All faults as one failure.</summary>
    public static Error ToError(IReadOnlyList<ManifestFault> faults) => new(ErrorCode.InvalidArgument, faults.Count == 1 ? "The manifest has a fault." : $"The manifest has {faults.Count} faults.")
    {
        Faults = [.. faults.Select(f => new Fault($"{f.Line}:{f.Column} {f.Path}".TrimEnd(), f.Value, f.Message))],
    };
}
