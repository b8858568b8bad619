using System.Data;
using Dapper;
using Isobar.MultiCloud.State;

namespace Isobar.Server.Cluster;

/// <summary>Files in parts of a megabyte in PostgreSQL.</summary>
internal sealed class PostgresFiles(PostgresDatabase database) : ISharedFiles
{
    private const int PartSize = 1 << 20;

    public Task<bool> HasAsync(string name, CancellationToken ct) =>
        database.RunAsync((c, _, token) => c.ExecuteScalarAsync<bool>(new CommandDefinition("SELECT EXISTS (SELECT 1 FROM files WHERE name = @name AND last)", new { name }, cancellationToken: token)), ct);

    public Task SaveAsync(string name, string path, CancellationToken ct) => WriteAsync(name, path, replace: false, ct);

    public Task ReplaceAsync(string name, string path, CancellationToken ct) => WriteAsync(name, path, replace: true, ct);

    public Task<IReadOnlyDictionary<string, long>> ListAsync(string prefix, CancellationToken ct) => database.RunAsync<IReadOnlyDictionary<string, long>>(async (c, _, token) =>
        (await c.QueryAsync<(string Name, long Size)>(new CommandDefinition("SELECT name, sum(octet_length(body))::bigint FROM files WHERE name >= @prefix AND starts_with(name, @prefix) GROUP BY name", new { prefix }, cancellationToken: token)).ConfigureAwait(false)).ToDictionary(f => f.Name, f => f.Size), ct);

    private Task WriteAsync(string name, string path, bool replace, CancellationToken ct) => database.RunAsync(async (c, _, token) =>
    {
        // One transaction: others see the whole file or none; of two at once the second waits here and finds it done.
        await using var transaction = await c.BeginTransactionAsync(token).ConfigureAwait(false);
        await c.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_xact_lock(hashtextextended(@name, 0))", new { name }, transaction, cancellationToken: token)).ConfigureAwait(false);
        if (replace) await c.ExecuteAsync(new CommandDefinition("DELETE FROM files WHERE name = @name", new { name }, transaction, cancellationToken: token)).ConfigureAwait(false);
        else if (await c.ExecuteScalarAsync<bool>(new CommandDefinition("SELECT EXISTS (SELECT 1 FROM files WHERE name = @name)", new { name }, transaction, cancellationToken: token)).ConfigureAwait(false)) return true;
        await using var file = File.OpenRead(path);
        var buffer = new byte[PartSize];
        for (var part = 0; ; part++)
        {
            var read = await file.ReadAtLeastAsync(buffer, PartSize, throwOnEndOfStream: false, token).ConfigureAwait(false);
            var last = file.Position >= file.Length;
            await c.ExecuteAsync(new CommandDefinition("INSERT INTO files (name, part, last, body) VALUES (@name, @part, @last, @body)", new { name, part, last, body = buffer[..read] }, transaction, cancellationToken: token)).ConfigureAwait(false);
            if (last) break;
        }
        await transaction.CommitAsync(token).ConfigureAwait(false);
        return true;
    }, ct);

    public Task<bool> LoadAsync(string name, string path, CancellationToken ct) => database.RunAsync(async (c, _, token) =>
    {
        var fresh = $"{path}.{Guid.NewGuid():n}.part";
        // One snapshot: a file that is replaced meanwhile is read whole as it was.
        await using var transaction = await c.BeginTransactionAsync(IsolationLevel.RepeatableRead, token).ConfigureAwait(false);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var file = new FileStream(fresh, mode))
            {
                for (var (part, last) = (0, false); !last; part++)
                {
                    var row = await c.QuerySingleOrDefaultAsync<Part>(new CommandDefinition("SELECT last AS Last, body AS Body FROM files WHERE name = @name AND part = @part", new { name, part }, transaction, cancellationToken: token)).ConfigureAwait(false);
                    if (row is null) return false;
                    await file.WriteAsync(row.Body, token).ConfigureAwait(false);
                    last = row.Last;
                }
            }
            File.Move(fresh, path, overwrite: true);
            return true;
        }
        finally { File.Delete(fresh); }
    }, ct);

    public Task DeleteAsync(string name, CancellationToken ct) => database.RunAsync((c, _, token) => c.ExecuteAsync(new CommandDefinition("DELETE FROM files WHERE name = @name", new { name }, cancellationToken: token)), ct);

    public Task DeleteAllAsync(string prefix, CancellationToken ct) => database.RunAsync((c, _, token) => c.ExecuteAsync(new CommandDefinition("DELETE FROM files WHERE name >= @prefix AND starts_with(name, @prefix)", new { prefix }, cancellationToken: token)), ct);

    private sealed record Part(bool Last, byte[] Body);
}
