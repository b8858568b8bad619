using Isobar.Core.Results;
using Isobar.Engine.Training;

namespace Isobar.Engine.Models;

/// <summary>An artifact, unpacked on this machine's disk. The folder is shared: never write into it.</summary>
/// <param name="Folder">Where the files lie.</param>
/// <param name="Sha256">The artifact's content, in lower-case hex.</param>
/// <param name="OnnxFile">The graph to run, or null where the artifact has none.</param>
/// <param name="ManifestFile"><c>model.json</c> beside the graph, or null.</param>
public sealed record ModelPackage(string Folder, string Sha256, string? OnnxFile, string? ManifestFile);

/// <summary>Fetches and unpacks artifacts, once for each content.</summary>
public interface IModelPackages
{
    /// <summary>
    /// Gives the unpacked artifact. <see cref="ErrorCode.NotFound"/> where the object is missing; <see cref="ErrorCode.InvalidArgument"/>
    /// with the entry's name where the archive is damaged, tries to leave its folder, holds devices, or is larger than the limits allow.
    /// </summary>
    Task<Result<ModelPackage>> OpenAsync(ObjectLocation artifact, CancellationToken ct = default);
}

/// <summary>What an artifact may hold.</summary>
public sealed record PackageLimits
{
    /// <summary>Entries of the archive. Default 100,000.</summary>
    public int MaxEntries { get; init; } = 100_000;
    /// <summary>Bytes when unpacked. Default 20 GiB.</summary>
    public long MaxBytes { get; init; } = 20L << 30;
    /// <summary>Unpacked bytes for each packed byte, once over <see cref="RatioFreeBytes"/>. Default 200: gzip reaches about 1,000 on zeros.</summary>
    public double MaxRatio { get; init; } = 200;
    /// <summary>Bytes that any archive may unpack to, whatever its ratio. Default 256 MiB.</summary>
    public long RatioFreeBytes { get; init; } = 256L << 20;
}
