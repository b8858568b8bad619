using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>A model to register.</summary>
/// <param name="Name">Unique among the cloud's models.</param>
/// <param name="Artifact">A <c>model.tar.gz</c> or a bare <c>.onnx</c> file.</param>
public sealed record ModelOrder(string Name, DataLocation Artifact)
{
    /// <summary>The catalogue's name of the algorithm that made it; null: any ONNX file, spoken to in tensors.</summary>
    public string? Algorithm { get; init; }
}

/// <summary>A registered model.</summary>
public sealed record RegisteredModel(string Name, DataLocation? Artifact, DateTimeOffset Created);

/// <summary>Registered models.</summary>
public interface IModels
{
    /// <summary>Registers a model.</summary>
    Task<Result<RegisteredModel>> RegisterAsync(ModelOrder order, CancellationToken ct = default);
    /// <summary>Reads a model.</summary>
    Task<Result<RegisteredModel>> GetAsync(string name, CancellationToken ct = default);
    /// <summary>All models, newest first; their artifacts are not told here.</summary>
    Task<Result<IReadOnlyList<RegisteredModel>>> ListAsync(CancellationToken ct = default);
    /// <summary>Drops a model; its artifact stays.</summary>
    Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default);
}
