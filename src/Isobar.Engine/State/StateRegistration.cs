using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.State;

/// <summary>Registers the durable documents.</summary>
public static class StateRegistration
{
    /// <summary>Adds <see cref="IStateStore"/> over <c>state.db</c> in the data directory.</summary>
    public static IServiceCollection AddState(this IServiceCollection services) => services
        .AddSingleton<IStateStore>(p => new SqliteStateStore(p.GetRequiredService<StateDatabase>().Database, p.GetRequiredService<TimeProvider>()))
        .AddSingleton(p => new StateDatabase(p.GetRequiredService<EngineOptions>()));
}

/// <summary>The file that holds the documents.</summary>
internal sealed class StateDatabase(EngineOptions options) : IAsyncDisposable
{
    public SqliteDatabase Database { get; } = new(Path.Combine(options.DataDirectory, "state.db"), "State.Migrations.documents");

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
