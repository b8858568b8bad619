using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Server.Hosting;

namespace Isobar.Cli.Demo.Failover;

/// <summary>A cloud in a process of its own, so that it can really be killed; it comes back on the same port with the same data.</summary>
internal sealed class ChildCloud(string folder, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(20), Limit = TimeSpan.FromMinutes(1);
    private Process? _process;
    private ServerAddresses? _addresses;

    public ServerAddresses Addresses => _addresses ?? throw new InvalidOperationException("The cloud was not started.");
    public int ProcessId => _process!.Id;

    /// <summary>Starts it, and waits until it is ready.</summary>
    public async Task<Error?> StartAsync(CancellationToken ct)
    {
        var ready = Path.Combine(folder, "ready.json");
        File.Delete(ready);
        string[] command = [.. WorkerProgram.Command, "up", "--data", Path.Combine(folder, "data"), "--port", "0", "--aws-port", "0", "--azure-port", "0", "--gcp-port", Port(), "--ready-file", ready];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Read to the end, so that it never waits for its reader.
        var (_, errors) = (_process.StandardOutput.ReadToEndAsync(CancellationToken.None), _process.StandardError.ReadToEndAsync(CancellationToken.None));
        var began = time.GetTimestamp();
        while (!File.Exists(ready))
        {
            if (_process.HasExited) return new Error(ErrorCode.Unavailable, "The cloud's own process did not start: " + await errors);
            if (time.GetElapsedTime(began) > Limit) return new Error(ErrorCode.DeadlineExceeded, "The cloud's own process was not ready in time.");
            await Task.Delay(Every, time, ct);
        }
        _addresses = JsonSerializer.Deserialize(await File.ReadAllTextAsync(ready, ct), CliJson.Default.ServerAddresses)!;
        return null;
    }

    /// <summary>SIGKILL: nothing is flushed, nothing is told.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private string Port() => (_addresses is null ? 0 : new Uri(_addresses.Gcp).Port).ToString(CultureInfo.InvariantCulture);
}
