using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.Logs;

/// <summary>Registers the log store.</summary>
public static class LogsRegistration
{
    /// <summary>Adds <see cref="ILogStore"/> over <c>logs.db</c> in the data directory.</summary>
    public static IServiceCollection AddLogs(this IServiceCollection services) => services.AddSingleton<ILogStore, LogStore>();
}
