using Isobar.Core.Results;
using Isobar.Engine.State;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.State;

public sealed class SqliteStateStoreTests : StateStoreContract, IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteStateStore _store;

    public SqliteStateStoreTests()
    {
        _database = new SqliteDatabase(_folder["state.db"], "State.Migrations.documents");
        _store = new SqliteStateStore(_database, Time);
    }

    private protected override IStateStore Store => _store;

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task WriteAsync_OneThrows_TheOthersOfItsBatchAreKept()
    {
        var writes = Enumerable.Range(0, 50).Select(i => Task.Run(() => i == 25
            ? _database.WriteAsync(_ => throw new InvalidOperationException("mine alone"))
            : _store.PutAsync(Notes, $"k{i:00}", new Note("x"), default))).ToList();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(writes));
        Assert.Equal(49, (await _store.ListAsync(Notes, "k", default)).Count);
    }

    [Fact]
    public async Task Reopened_AfterDispose_HoldsEverything()
    {
        await _store.PutAsync(Notes, "kept", new Note("yes"), default);
        await _database.DisposeAsync();
        await using var again = new SqliteDatabase(_folder["state.db"], "State.Migrations.documents");

        Assert.Equal("yes", (await new SqliteStateStore(again, Time).GetAsync(Notes, "kept", default))!.Value.Text);
    }
}
