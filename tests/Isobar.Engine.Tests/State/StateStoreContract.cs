using System.Text.Json.Serialization;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.State;

/// <summary>What every store of documents must do, whatever lies beneath.</summary>
public abstract class StateStoreContract
{
    private protected static readonly Collection<Note> Notes = new("tests.notes", NoteJson.Default.Note);

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private protected abstract IStateStore Store { get; }

    [Fact]
    public async Task InsertAsync_TakenId_IsRefusedAndKeepsTheFirst()
    {
        await Store.InsertAsync(Notes, "a", new Note("first"), default);
        var second = await Store.InsertAsync(Notes, "a", new Note("second"), default);

        Assert.Equal(ErrorCode.AlreadyExists, second.Error?.Code);
        Assert.Equal("first", (await Store.GetAsync(Notes, "a", default))!.Value.Text);
    }

    [Fact]
    public async Task UpdateAsync_StaleVersion_IsAborted()
    {
        var first = (await Store.InsertAsync(Notes, "a", new Note("1"), default)).Value;
        Time.Advance(TimeSpan.FromSeconds(9));
        var second = (await Store.UpdateAsync(Notes, "a", new Note("2"), first.Version, default)).Value;

        Assert.Equal(ErrorCode.Aborted, (await Store.UpdateAsync(Notes, "a", new Note("3"), first.Version, default)).Error?.Code);
        Assert.Equal((2, first.Created, TimeSpan.FromSeconds(9)), (second.Version, second.Created, second.Updated - second.Created));
    }

    [Fact]
    public async Task ChangeAsync_ManyAtOnce_LosesNone()
    {
        await Store.InsertAsync(Notes, "n", new Note("0"), default);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ =>
            Task.Run(() => Store.ChangeAsync(Notes, "n", n => new Note((int.Parse(n.Text) + 1).ToString()), default))));

        Assert.Equal("200", (await Store.GetAsync(Notes, "n", default))!.Value.Text);
    }

    [Fact]
    public async Task ListAsync_Prefix_GivesOnlyItsDocumentsInOrder()
    {
        foreach (var id in new[] { "b/2", "a/1", "b/1", "b%", "c" })
            await Store.PutAsync(Notes, id, new Note(id), default);

        Assert.Equal(["b/1", "b/2"], (await Store.ListAsync(Notes, "b/", default)).Select(d => d.Id));
        Assert.Equal(5, (await Store.ListAsync(Notes, "", default)).Count);
    }

    [Fact]
    public async Task ChangeAsync_ChangeThatRefuses_WritesNothing()
    {
        await Store.InsertAsync(Notes, "a", new Note("1"), default);
        var refused = await Store.ChangeAsync(Notes, "a", _ => new Error(ErrorCode.FailedPrecondition, "no"), default);

        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        Assert.Equal((1, "1"), ((await Store.GetAsync(Notes, "a", default))!.Version, (await Store.GetAsync(Notes, "a", default))!.Value.Text));
        Assert.Equal(ErrorCode.NotFound, (await Store.ChangeAsync(Notes, "b", n => n, default)).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await Store.UpdateAsync(Notes, "b", new Note("x"), 1, default)).Error?.Code);
    }

    [Fact]
    public async Task DeleteAsync_OnceAndAgain_TellsWhetherThereWasOne()
    {
        Assert.Equal(1, (await Store.PutAsync(Notes, "a", new Note("1"), default)).Version);
        Assert.Equal(2, (await Store.PutAsync(Notes, "a", new Note("2"), default)).Version);
        Assert.True(await Store.DeleteAsync(Notes, "a", default));
        Assert.False(await Store.DeleteAsync(Notes, "a", default));
        Assert.Null(await Store.GetAsync(Notes, "a", default));
    }
}

internal sealed record Note(string Text);

[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;
