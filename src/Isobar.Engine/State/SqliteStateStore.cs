using System.Text.Json;
using Dapper;
using Isobar.Core.Results;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.State;

/// <summary>Documents in one SQLite table, as UTF-8 JSON.</summary>
internal sealed class SqliteStateStore(SqliteDatabase database, TimeProvider time) : IStateStore
{
    private const string Columns = "version AS Version, created AS Created, updated AS Updated, body AS Body";

    public Task<Document<T>?> GetAsync<T>(Collection<T> collection, string id, CancellationToken ct) where T : class
    {
        using var connection = database.OpenRead();
        return Task.FromResult(Find(connection, collection, id));
    }

    public Task<Result<Document<T>>> InsertAsync<T>(Collection<T> collection, string id, T value, CancellationToken ct) where T : class =>
        database.WriteAsync<Result<Document<T>>>(c => Find(c, collection, id) is not null
            ? new Error(ErrorCode.AlreadyExists, $"{id} exists already.")
            : Write(c, collection, id, value, null), ct);

    public Task<Document<T>> PutAsync<T>(Collection<T> collection, string id, T value, CancellationToken ct) where T : class =>
        database.WriteAsync(c => Write(c, collection, id, value, Find(c, collection, id)), ct);

    public Task<Result<Document<T>>> UpdateAsync<T>(Collection<T> collection, string id, T value, long expectedVersion, CancellationToken ct) where T : class =>
        database.WriteAsync<Result<Document<T>>>(c => Find(c, collection, id) switch
        {
            null => Error.NotFound(id),
            var old when old.Version != expectedVersion => new Error(ErrorCode.Aborted, $"{id} was changed by another writer (version {old.Version}, expected {expectedVersion})."),
            var old => Write(c, collection, id, value, old),
        }, ct);

    public Task<Result<Document<T>>> ChangeAsync<T>(Collection<T> collection, string id, Func<T, Result<T>> change, CancellationToken ct) where T : class =>
        database.WriteAsync<Result<Document<T>>>(c =>
        {
            if (Find(c, collection, id) is not { } old) return Error.NotFound(id);
            return change(old.Value).TryGet(out var value, out var error) ? Write(c, collection, id, value, old) : error;
        }, ct);

    public Task<bool> DeleteAsync<T>(Collection<T> collection, string id, CancellationToken ct) where T : class =>
        database.WriteAsync(c => c.Execute("DELETE FROM documents WHERE collection = @Name AND id = @id", new { collection.Name, id }) > 0, ct);

    public Task<IReadOnlyList<Document<T>>> ListAsync<T>(Collection<T> collection, string idPrefix, CancellationToken ct) where T : class
    {
        using var connection = database.OpenRead();
        var rows = connection.Query<ListedRow>(
            $"SELECT id AS Id, {Columns} FROM documents WHERE collection = @Name AND id >= @idPrefix AND substr(id, 1, length(@idPrefix)) = @idPrefix ORDER BY id",
            new { collection.Name, idPrefix });
        return Task.FromResult<IReadOnlyList<Document<T>>>([.. rows.Select(r => ToDocument(collection, r.Id, r.Version, r.Created, r.Updated, r.Body))]);
    }

    private static Document<T>? Find<T>(SqliteConnection connection, Collection<T> collection, string id) where T : class
    {
        var row = connection.QuerySingleOrDefault<Row>($"SELECT {Columns} FROM documents WHERE collection = @Name AND id = @id", new { collection.Name, id });
        return row is null ? null : ToDocument(collection, id, row.Version, row.Created, row.Updated, row.Body);
    }

    private Document<T> Write<T>(SqliteConnection connection, Collection<T> collection, string id, T value, Document<T>? old) where T : class
    {
        var now = time.GetUtcNow();
        var document = new Document<T>(id, value, (old?.Version ?? 0) + 1, old?.Created ?? now, now);
        connection.Execute(
            "INSERT INTO documents (collection, id, version, created, updated, body) VALUES (@Name, @id, @Version, @Created, @Updated, @Body) " +
            "ON CONFLICT (collection, id) DO UPDATE SET version = excluded.version, updated = excluded.updated, body = excluded.body",
            new
            {
                collection.Name,
                id,
                document.Version,
                Created = document.Created.UtcTicks,
                Updated = document.Updated.UtcTicks,
                Body = JsonSerializer.SerializeToUtf8Bytes(value, collection.Json),
            });
        return document;
    }

    private static Document<T> ToDocument<T>(Collection<T> collection, string id, long version, long created, long updated, byte[] body) where T : class =>
        new(id, JsonSerializer.Deserialize(body, collection.Json)!, version, new(created, TimeSpan.Zero), new(updated, TimeSpan.Zero));

    private sealed record Row(long Version, long Created, long Updated, byte[] Body);

    private sealed record ListedRow(string Id, long Version, long Created, long Updated, byte[] Body);
}
