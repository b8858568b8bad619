using System.Text.Json.Serialization.Metadata;
using Isobar.Core.Results;

namespace Isobar.Engine.State;

/// <summary>A named set of documents of one type, such as <c>aws.sagemaker.models</c>.</summary>
/// <param name="Name">Lower case, dotted, stable: it is on disk.</param>
/// <param name="Json">The source-generated contract that the documents are stored by.</param>
public sealed record Collection<T>(string Name, JsonTypeInfo<T> Json) where T : class;

/// <summary>A stored document.</summary>
/// <param name="Id">Its key within the collection; ordinal, case-sensitive, at most 1,024 characters.</param>
/// <param name="Value">The document.</param>
/// <param name="Version">1 when created, one more at each write.</param>
/// <param name="Created">When it was first written.</param>
/// <param name="Updated">When it was last written.</param>
public sealed record Document<T>(string Id, T Value, long Version, DateTimeOffset Created, DateTimeOffset Updated) where T : class;

/// <summary>
/// Durable documents (SQLite by default). A write has reached the disk before its task completes; kill -9 loses nothing acknowledged.
/// Collections stay small enough to filter in memory (thousands); rows that grow without end (objects, log lines, usage) have tables of their own.
/// </summary>
public interface IStateStore
{
    /// <summary>Reads a document, or null.</summary>
    Task<Document<T>?> GetAsync<T>(Collection<T> collection, string id, CancellationToken ct = default) where T : class;

    /// <summary>Creates a document; <see cref="ErrorCode.AlreadyExists"/> when the id is taken.</summary>
    Task<Result<Document<T>>> InsertAsync<T>(Collection<T> collection, string id, T value, CancellationToken ct = default) where T : class;

    /// <summary>Creates or replaces a document.</summary>
    Task<Document<T>> PutAsync<T>(Collection<T> collection, string id, T value, CancellationToken ct = default) where T : class;

    /// <summary>Replaces a document whose version is still <paramref name="expectedVersion"/>; <see cref="ErrorCode.Aborted"/> when another writer was faster, <see cref="ErrorCode.NotFound"/> when it is gone.</summary>
    Task<Result<Document<T>>> UpdateAsync<T>(Collection<T> collection, string id, T value, long expectedVersion, CancellationToken ct = default) where T : class;

    /// <summary>Reads, changes and writes a document atomically. <paramref name="change"/> may run more than once and must be pure; its failure is passed on and nothing is written.</summary>
    Task<Result<Document<T>>> ChangeAsync<T>(Collection<T> collection, string id, Func<T, Result<T>> change, CancellationToken ct = default) where T : class;

    /// <summary>Deletes a document; false when there was none.</summary>
    Task<bool> DeleteAsync<T>(Collection<T> collection, string id, CancellationToken ct = default) where T : class;

    /// <summary>All documents whose id starts with <paramref name="idPrefix"/>, in ordinal order of id.</summary>
    Task<IReadOnlyList<Document<T>>> ListAsync<T>(Collection<T> collection, string idPrefix = "", CancellationToken ct = default) where T : class;
}
