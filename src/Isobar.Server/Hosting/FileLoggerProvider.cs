using Microsoft.Extensions.Logging;

namespace Isobar.Server.Hosting;

/// <summary>Writes the server's log lines to a file that starts anew at 16 MB.</summary>
internal sealed class FileLoggerProvider(string path, TimeProvider time) : ILoggerProvider
{
    private const long MaxSize = 16 * 1024 * 1024;
    private readonly Lock _lock = new();

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    public void Dispose() { }

    private void Write(string line)
    {
        lock (_lock)
        {
            try
            {
                if (new FileInfo(path) is { Exists: true, Length: > MaxSize }) File.Move(path, path + ".1", overwrite: true);
                File.AppendAllText(path, line);
            }
            catch (IOException) { /* A log that cannot be written must not stop the server. */ }
        }
    }

    private sealed class FileLogger(FileLoggerProvider owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level >= LogLevel.Information;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (IsEnabled(level)) owner.Write($"{owner.Time:O} {level} {category}: {format(state, exception)}{(exception is null ? "" : "\n" + exception)}\n");
        }
    }

    private DateTimeOffset Time => time.GetUtcNow();
}
