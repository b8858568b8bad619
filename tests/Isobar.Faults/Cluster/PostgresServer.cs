using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Isobar.Faults.Cluster;

/// <summary>A PostgreSQL of one's own, from Debian's package, that a test may shoot and start again.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly string _folder;
    private readonly int _port;
    private Process? _process;

    private PostgresServer(string folder, int port) => (_folder, _port) = (folder, port);

    public string Connection => $"Host=127.0.0.1;Port={_port};Database=postgres;Username=isobar";

    /// <summary>Where the programs lie; null where PostgreSQL is not installed.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("isobar-pg-").FullName;
        if (Environment.IsPrivilegedProcess) await RunAsync("chown", "postgres", folder);
        var server = new PostgresServer(folder, FreePort());
        await RunAsync([.. AsPostgres(), Path.Combine(Programs!, "initdb"), "-D", Path.Combine(folder, "data"), "-A", "trust", "-U", "isobar", "-E", "UTF8", "--no-sync"]);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts it where it ended.</summary>
    public async Task StartAgainAsync()
    {
        string[] command = [.. AsPostgres(), Path.Combine(Programs!, "postgres"), "-D", Path.Combine(_folder, "data"), "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _folder, "-c", "listen_addresses=127.0.0.1"];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        for (var watch = Stopwatch.StartNew(); ;)
        {
            try
            {
                await using var connection = new NpgsqlConnection(Connection + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (watch.Elapsed < Limit && !_process.HasExited) { await Task.Delay(100); }
        }
    }

    /// <summary>Ends it without a farewell (SIGQUIT, "immediate"): every connection breaks, and the next start recovers from the log.</summary>
    public async Task BreakAsync()
    {
        await RunAsync("kill", "-QUIT", _process!.Id.ToString(CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await BreakAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // PostgreSQL refuses to run as root. Both programs put another in their own place: the process stays the one that was started.
    private static string[] AsPostgres() => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "env", "-C", "/"] : ["env"];

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
