using System.Text.Json;
using Dapper;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Npgsql;

namespace Isobar.Server.Cluster;

/// <summary>Documents in one table of PostgreSQL, as UTF-8 JSON, for all silos of a cluster.</summary>
internal sealed class PostgresStateStore(PostgresDatabase database, TimeProvider time) : IStateStore
{
    private const string Columns = "version AS Version, created AS Created, updated AS Updated, body AS Body";
    private const string Where = "FROM documents WHERE collection = @Name AND id = @id";

    public Task<Document<T>?> GetAsync<T>(Collection<T> collection, string id, CancellationToken ct) where T : class =>
        database.RunAsync((c, _, token) => FindAsync(c, collection, id, "", token), ct);

    public Task<Result<Document<T>>> InsertAsync<T>(Collection<T> collection, string id, T value, CancellationToken ct) where T : class =>
        database.RunAsync<Result<Document<T>>>(async (c, again, token) =>
        {
            var (now, body) = (Now, Body(collection, value));
            var rows = await c.ExecuteAsync(new CommandDefinition("INSERT INTO documents (collection, id, version, created, updated, body) VALUES (@Name, @id, 1, @now, @now, @body) ON CONFLICT DO NOTHING", new { collection.Name, id, now, body }, cancellationToken: token)).ConfigureAwait(false);
            if (rows == 1) return ToDocument(collection, id, 1, now, now, body);
            // The try before may have been committed, and only its answer lost.
            return again && await WrittenAsync(c, collection, id, 1, body, token).ConfigureAwait(false) is { } written ? written : new Error(ErrorCode.AlreadyExists, $"{id} exists already.");
        }, ct);

    public Task<Document<T>> PutAsync<T>(Collection<T> collection, string id, T value, CancellationToken ct) where T : class =>
        database.RunAsync(async (c, _, token) =>
        {
            var (now, body) = (Now, Body(collection, value));
            var (version, created) = await c.QuerySingleAsync<(long, long)>(new CommandDefinition(
                "INSERT INTO documents AS d (collection, id, version, created, updated, body) VALUES (@Name, @id, 1, @now, @now, @body) ON CONFLICT (collection, id) DO UPDATE SET version = d.version + 1, updated = @now, body = @body RETURNING version, created",
                new { collection.Name, id, now, body }, cancellationToken: token)).ConfigureAwait(false);
            return ToDocument(collection, id, version, created, now, body);
        }, ct);

    public Task<Result<Document<T>>> UpdateAsync<T>(Collection<T> collection, string id, T value, long expectedVersion, CancellationToken ct) where T : class =>
        database.RunAsync<Result<Document<T>>>(async (c, again, token) =>
        {
            var (now, body) = (Now, Body(collection, value));
            var created = await c.QuerySingleOrDefaultAsync<long?>(new CommandDefinition("UPDATE documents SET version = version + 1, updated = @now, body = @body WHERE collection = @Name AND id = @id AND version = @expectedVersion RETURNING created", new { collection.Name, id, now, body, expectedVersion }, cancellationToken: token)).ConfigureAwait(false);
            if (created is { } since) return ToDocument(collection, id, expectedVersion + 1, since, now, body);
            if (again && await WrittenAsync(c, collection, id, expectedVersion + 1, body, token).ConfigureAwait(false) is { } written) return written;
            return await FindAsync(c, collection, id, "", token).ConfigureAwait(false) is { } other
                ? new Error(ErrorCode.Aborted, $"{id} was changed by another writer (version {other.Version}, expected {expectedVersion}).")
                : Error.NotFound(id);
        }, ct);

    public Task<Result<Document<T>>> ChangeAsync<T>(Collection<T> collection, string id, Func<T, Result<T>> change, CancellationToken ct) where T : class =>
        database.RunAsync<Result<Document<T>>>(async (c, _, token) =>
        {
            await using var transaction = await c.BeginTransactionAsync(token).ConfigureAwait(false);
            if (await FindAsync(c, collection, id, " FOR UPDATE", token).ConfigureAwait(false) is not { } old) return Error.NotFound(id);
            if (!change(old.Value).TryGet(out var value, out var error)) return error;
            var (now, body) = (Now, Body(collection, value));
            await c.ExecuteAsync(new CommandDefinition("UPDATE documents SET version = version + 1, updated = @now, body = @body WHERE collection = @Name AND id = @id", new { collection.Name, id, now, body }, transaction, cancellationToken: token)).ConfigureAwait(false);
            await transaction.CommitAsync(token).ConfigureAwait(false);
            return ToDocument(collection, id, old.Version + 1, old.Created.UtcTicks, now, body);
        }, ct);

    public Task<bool> DeleteAsync<T>(Collection<T> collection, string id, CancellationToken ct) where T : class =>
        database.RunAsync(async (c, again, token) => await c.ExecuteAsync(new CommandDefinition($"DELETE {Where}", new { collection.Name, id }, cancellationToken: token)).ConfigureAwait(false) > 0 || again, ct);

    public Task<IReadOnlyList<Document<T>>> ListAsync<T>(Collection<T> collection, string idPrefix, CancellationToken ct) where T : class =>
        database.RunAsync<IReadOnlyList<Document<T>>>(async (c, _, token) =>
        {
            var rows = await c.QueryAsync<ListedRow>(new CommandDefinition($"SELECT id AS Id, {Columns} FROM documents WHERE collection = @Name AND id >= @idPrefix AND starts_with(id, @idPrefix) ORDER BY id", new { collection.Name, idPrefix }, cancellationToken: token)).ConfigureAwait(false);
            return [.. rows.Select(r => ToDocument(collection, r.Id, r.Version, r.Created, r.Updated, r.Body))];
        }, ct);

    private static async Task<Document<T>?> FindAsync<T>(NpgsqlConnection connection, Collection<T> collection, string id, string how, CancellationToken ct) where T : class =>
        await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"SELECT {Columns} {Where}{how}", new { collection.Name, id }, cancellationToken: ct)).ConfigureAwait(false) is { } row
            ? ToDocument(collection, id, row.Version, row.Created, row.Updated, row.Body)
            : null;

    private static async Task<Document<T>?> WrittenAsync<T>(NpgsqlConnection connection, Collection<T> collection, string id, long version, byte[] body, CancellationToken ct) where T : class =>
        await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"SELECT {Columns} {Where}", new { collection.Name, id }, cancellationToken: ct)).ConfigureAwait(false) is { } row && row.Version == version && row.Body.AsSpan().SequenceEqual(body)
            ? ToDocument(collection, id, row.Version, row.Created, row.Updated, row.Body)
            : null;

    private long Now => time.GetUtcNow().UtcTicks;

    private static byte[] Body<T>(Collection<T> collection, T value) where T : class => JsonSerializer.SerializeToUtf8Bytes(value, collection.Json);

    // Read back from what is stored: the document is what the next reader sees.
    private static Document<T> ToDocument<T>(Collection<T> collection, string id, long version, long created, long updated, byte[] body) where T : class =>
        new(id, JsonSerializer.Deserialize(body, collection.Json)!, version, new(created, TimeSpan.Zero), new(updated, TimeSpan.Zero));

    private sealed record Row(long Version, long Created, long Updated, byte[] Body);

    private sealed record ListedRow(string Id, long Version, long Created, long Updated, byte[] Body);
}
