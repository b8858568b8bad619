using Isobar.Engine.State;
using Isobar.Engine.Tests.State;
using Isobar.Faults.Cluster;
using Isobar.Server.Cluster;

namespace Isobar.Server.Tests.Cluster;

/// <summary>One PostgreSQL for all tests of the class.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    internal PostgresServer? Server { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.Programs is null) return;
        Server = await PostgresServer.StartAsync();
        await using var database = new PostgresDatabase(new ClusterOptions { Connection = Server.Connection }, TimeProvider.System);
        // Two silos may start at once; the tables are made once.
        await Task.WhenAll(database.UpgradeAsync(default), database.UpgradeAsync(default));
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
    }
}

public sealed class PostgresStateStoreTests : StateStoreContract, IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private readonly PostgresFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-shared-").FullName;
    private PostgresDatabase? _database;

    public PostgresStateStoreTests(PostgresFixture fixture)
    {
        _fixture = fixture;
        Assert.SkipWhen(fixture.Server is null, "PostgreSQL is not installed (Debian: postgresql).");
    }

    private protected override IStateStore Store => new PostgresStateStore(_database!, Time);

    public async ValueTask InitializeAsync()
    {
        _database = new PostgresDatabase(new ClusterOptions { Connection = _fixture.Server!.Connection }, TimeProvider.System);
        foreach (var note in await Store.ListAsync(Notes, "", default)) await Store.DeleteAsync(Notes, note.Id, default);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Writes_WhileTheDatabaseRestarts_AreDone()
    {
        await Store.InsertAsync(Notes, "n", new Note("0"), default);
        await _fixture.Server!.BreakAsync();
        var waiting = Store.ChangeAsync(Notes, "n", _ => new Note("1"), default);
        await _fixture.Server.StartAgainAsync();

        Assert.True((await waiting).IsOk);
        Assert.Equal("1", (await Store.GetAsync(Notes, "n", default))!.Value.Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(1 << 20)]
    [InlineData((3 << 20) + 7)]
    public async Task Files_SavedAndLoaded_AreTheSame(int size)
    {
        var files = new PostgresFiles(_database!);
        var (here, there, name) = (Path.Combine(_folder, "here"), Path.Combine(_folder, "there"), $"file/{size}");
        var content = new byte[size];
        new Random(size).NextBytes(content);
        await File.WriteAllBytesAsync(here, content);
        Assert.False(await files.LoadAsync(name, there, default));
        await Task.WhenAll(files.SaveAsync(name, here, default), files.SaveAsync(name, here, default));

        Assert.True(await files.HasAsync(name, default));
        Assert.True(await files.LoadAsync(name, there, default));
        Assert.Equal(content, await File.ReadAllBytesAsync(there));
        await files.DeleteAsync(name, default);
        Assert.False(await files.HasAsync(name, default));
    }

    [Fact]
    public async Task Files_Replaced_AreTheNewOnesAndGoByTheirPrefix()
    {
        var files = new PostgresFiles(_database!);
        var (here, there) = (Path.Combine(_folder, "new"), Path.Combine(_folder, "read"));
        foreach (var (name, text) in new[] { ("part/a", "old and long"), ("part/b", "b"), ("parts", "beside"), ("part/a", "new") })
        {
            await File.WriteAllTextAsync(here, text);
            await files.ReplaceAsync(name, here, default);
        }

        Assert.Equal([("part/a", 3L), ("part/b", 1L)], (await files.ListAsync("part/", default)).Select(f => (f.Key, f.Value)).Order());
        Assert.True(await files.LoadAsync("part/a", there, default));
        Assert.Equal("new", await File.ReadAllTextAsync(there));
        await files.DeleteAllAsync("part/", default);
        Assert.Empty(await files.ListAsync("part/", default));
        Assert.True(await files.HasAsync("parts", default));
    }

    [Theory]
    [InlineData("Host=db;Database=isobar", null)]
    [InlineData("Database=isobar", "it names no Host")]
    public void ClusterOptions_OfAConnection_TellItsFault(string connection, string? fault) => Assert.Equal(fault, new ClusterOptions { Connection = connection }.Fault);

    [Fact]
    public void ClusterOptions_AsText_HideThePassword() => Assert.DoesNotContain("hush", new ClusterOptions { Connection = "Host=db;Password=hush" }.ToString(), StringComparison.Ordinal);
}
