using System.Text.Json.Serialization;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.State;

public sealed class SqliteStateStoreTests : IAsyncDisposable
{
    private static readonly Collection<Note> Notes = new("tests.notes", NoteJson.Default.Note);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly SqliteDatabase _database;
    private readonly SqliteStateStore _store;

    public SqliteStateStoreTests()
    {
        _database = new SqliteDatabase(_folder["state.db"], "State.Migrations.documents");
        _store = new SqliteStateStore(_database, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task InsertAsync_TakenId_IsRefusedAndKeepsTheFirst()
    {
        await _store.InsertAsync(Notes, "a", new Note("first"), default);
        var second = await _store.InsertAsync(Notes, "a", new Note("second"), default);

        Assert.Equal(ErrorCode.AlreadyExists, second.Error?.Code);
        Assert.Equal("first", (await _store.GetAsync(Notes, "a", default))!.Value.Text);
    }

    [Fact]
    public async Task UpdateAsync_StaleVersion_IsAborted()
    {
        var first = (await _store.InsertAsync(Notes, "a", new Note("1"), default)).Value;
        _time.Advance(TimeSpan.FromSeconds(9));
        var second = (await _store.UpdateAsync(Notes, "a", new Note("2"), first.Version, default)).Value;

        Assert.Equal(ErrorCode.Aborted, (await _store.UpdateAsync(Notes, "a", new Note("3"), first.Version, default)).Error?.Code);
        Assert.Equal((2, first.Created, TimeSpan.FromSeconds(9)), (second.Version, second.Created, second.Updated - second.Created));
    }

    [Fact]
    public async Task ChangeAsync_ManyAtOnce_LosesNone()
    {
        await _store.InsertAsync(Notes, "n", new Note("0"), default);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ =>
            Task.Run(() => _store.ChangeAsync(Notes, "n", n => new Note((int.Parse(n.Text) + 1).ToString()), default))));

        Assert.Equal("200", (await _store.GetAsync(Notes, "n", default))!.Value.Text);
    }

    [Fact]
    public async Task ListAsync_Prefix_GivesOnlyItsDocumentsInOrder()
    {
        foreach (var id in new[] { "b/2", "a/1", "b/1", "b%", "c" })
            await _store.PutAsync(Notes, id, new Note(id), default);

        Assert.Equal(["b/1", "b/2"], (await _store.ListAsync(Notes, "b/", default)).Select(d => d.Id));
        Assert.Equal(5, (await _store.ListAsync(Notes, "", default)).Count);
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

        Assert.Equal("yes", (await new SqliteStateStore(again, _time).GetAsync(Notes, "kept", default))!.Value.Text);
    }
}

internal sealed record Note(string Text);

[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;
