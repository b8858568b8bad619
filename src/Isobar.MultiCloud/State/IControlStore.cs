using System.Text.Json.Serialization.Metadata;
using Isobar.Core.Results;

namespace Isobar.MultiCloud.State;

/// <summary>A named set of documents of one type.</summary>
/// <param name="Name">Lower case, dotted, stable: it is on disk.</param>
/// <param name="Json">The source-generated contract that the documents are stored by.</param>
public sealed record Kind<T>(string Name, JsonTypeInfo<T> Json) where T : class;

/// <summary>A stored document and the version that concurrent writers compare.</summary>
public sealed record Stored<T>(string Id, T Value, long Version, DateTimeOffset Updated) where T : class;

/// <summary>What the control plane remembers. A write is durable before its task completes.</summary>
public interface IControlStore
{
    /// <summary>Reads a document, or null.</summary>
    Task<Stored<T>?> GetAsync<T>(Kind<T> kind, string id, CancellationToken ct = default) where T : class;

    /// <summary>Creates or replaces a document.</summary>
    Task<Stored<T>> PutAsync<T>(Kind<T> kind, string id, T value, CancellationToken ct = default) where T : class;

    /// <summary>Writes a document if its version is still the one given, 0 meaning that there is none; <see cref="ErrorCode.Aborted"/> otherwise.</summary>
    Task<Result<Stored<T>>> WriteAsync<T>(Kind<T> kind, string id, T value, long expected, CancellationToken ct = default) where T : class;

    /// <summary>Reads, changes and writes a document atomically; the change must be pure.</summary>
    Task<Result<Stored<T>>> ChangeAsync<T>(Kind<T> kind, string id, Func<T, Result<T>> change, CancellationToken ct = default) where T : class;

    /// <summary>Deletes a document; false when there was none.</summary>
    Task<bool> DeleteAsync<T>(Kind<T> kind, string id, CancellationToken ct = default) where T : class;

    /// <summary>All documents whose id starts so, in ordinal order.</summary>
    Task<IReadOnlyList<Stored<T>>> ListAsync<T>(Kind<T> kind, string prefix = "", CancellationToken ct = default) where T : class;
}
