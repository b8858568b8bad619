using System.Diagnostics;
using System.Text.Json;

namespace Isobar.Clients.Harness;

/// <summary>The server as a process of its own, for tests that kill it.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private readonly Process _process;

    private ChildServer(Process process, string aws) => (_process, Aws) = (process, aws);

    public string Aws { get; }

    public static async Task<ChildServer> StartAsync(string data)
    {
        var ready = Path.Combine(data, "ready.json");
        File.Delete(ready);
        var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "isobar.dll"), "up", "--data", data, "--port", "0", "--aws-port", "0", "--gcp-port", "0", "--azure-port", "0", "--ready-file", ready]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var limit = Stopwatch.StartNew();
        while (!File.Exists(ready))
        {
            if (process.HasExited) Assert.Fail("The server did not start: " + await errors);
            if (limit.Elapsed > TimeSpan.FromMinutes(1)) Assert.Fail("The server was not ready after a minute.");
            await Task.Delay(25);
        }
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        return new ChildServer(process, document.RootElement.GetProperty("aws").GetString()!);
    }

    /// <summary>Ends it as a power cut would: nothing is flushed, nothing is told.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }
}
