using Isobar.Engine.Objects;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.State;

/// <summary>
/// Writes that nobody can be told have failed: how a job ended, above all. On a full disk they wait for room, as a job whose end was never
/// written would be "in progress" for ever.
/// </summary>
internal static class WhenThereIsRoom
{
    private const int SqliteFull = 13, SqliteIoError = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Repeats the write until the disk takes it, or until <paramref name="giveUp"/> says that the server is going down.</summary>
    public static async Task<T> WriteAsync<T>(Func<Task<T>> write, TimeProvider time, Func<bool> giveUp)
    {
        while (true)
        {
            try { return await write().ConfigureAwait(false); }
            catch (Exception e) when (IsFull(e) && !giveUp()) { await Task.Delay(Pause, time).ConfigureAwait(false); }
        }
    }

    private static bool IsFull(Exception e) => e is SqliteException { SqliteErrorCode: SqliteFull or SqliteIoError } || (e is IOException io && BlobFolder.IsDiskFull(io));
}
