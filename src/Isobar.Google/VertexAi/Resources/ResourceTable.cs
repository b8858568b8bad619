using System.Text.Json.Serialization;
using Google.Protobuf;
using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Google.VertexAi.Resources;

/// <summary>A message as it is stored.</summary>
internal sealed record StoredMessage(byte[] Data);

/// <summary>A resource with the moment that it was made, which listings go by.</summary>
internal sealed record Stored<T>(string Name, T Value, DateTimeOffset Created);

[JsonSerializable(typeof(StoredMessage))]
[JsonSerializable(typeof(Operations.StoredOperation))]
internal sealed partial class VertexJson : JsonSerializerContext;

/// <summary>Resources of one kind by their full names. They are kept as protocol buffers: what a field of a later version means is not lost.</summary>
internal sealed class ResourceTable<T>(IStateStore state, string kind) where T : class, IMessage<T>, new()
{
    private static readonly MessageParser<T> Parser = new(() => new T());
    private readonly Collection<StoredMessage> _collection = new($"google.vertex.{kind}", VertexJson.Default.StoredMessage);

    public async Task<Stored<T>?> GetAsync(string name, CancellationToken ct) => await state.GetAsync(_collection, name, ct).ConfigureAwait(false) is { } document ? Read(document) : null;

    public async Task<Stored<T>> FindAsync(string name, CancellationToken ct) => await GetAsync(name, ct).ConfigureAwait(false) ?? throw Faults.NotFound(name);

    public async Task<Result<Stored<T>>> InsertAsync(string name, T value, CancellationToken ct) => (await state.InsertAsync(_collection, name, new StoredMessage(value.ToByteArray()), ct).ConfigureAwait(false)).Map(Read);

    public Task PutAsync(string name, T value, CancellationToken ct) => state.PutAsync(_collection, name, new StoredMessage(value.ToByteArray()), ct);

    public Task<bool> DeleteAsync(string name, CancellationToken ct) => state.DeleteAsync(_collection, name, ct);

    public async Task<IReadOnlyList<Stored<T>>> ListAsync(string prefix, CancellationToken ct) => [.. (await state.ListAsync(_collection, prefix, ct).ConfigureAwait(false)).Select(Read)];

    private static Stored<T> Read(Document<StoredMessage> document) => new(document.Id, Parser.ParseFrom(document.Value.Data), document.Created);
}
