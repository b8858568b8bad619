using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Isobar.Bench.Harness;

/// <summary>A server in a process and a folder of its own, gone when the run ends.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ServerUnderTest(string name, Process process, string folder, string url) => (Name, _process, _folder, Url) = (name, process, folder, url);

    public string Name { get; }
    public string Url { get; }
    /// <summary>Isobar's control plane and gateway.</summary>
    public string? Control { get; private init; }
    /// <summary>Isobar's Google Cloud and Azure.</summary>
    public string? Google { get; private init; }
    public string? Azure { get; private init; }
    public long MemoryMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024 * 1024);
        }
    }

    /// <summary>Starts Isobar as a user would and waits for its ready file.</summary>
    public static async Task<ServerUnderTest> IsobarAsync()
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-").FullName;
        var ready = Path.Combine(folder, "ready.json");
        var process = Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "isobar.dll"), "up", "--data", Path.Combine(folder, "data"), "--port", "0", "--aws-port", "0", "--gcp-port", "0", "--azure-port", "0", "--ready-file", ready], folder);
        while (!File.Exists(ready))
        {
            if (process.HasExited) throw new InvalidOperationException("Isobar did not start.");
            await Task.Delay(20);
        }
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        return new ServerUnderTest("isobar", process, folder, document.RootElement.GetProperty("aws").GetString()!) 
        {
            Control = document.RootElement.GetProperty("control").GetString(),
            Google = document.RootElement.GetProperty("gcp").GetString(),
            Azure = document.RootElement.GetProperty("azure").GetString(),
        };
    }

    /// <summary>Starts this program once more, which prints its URL as its first line.</summary>
    public static async Task<ServerUnderTest> OwnAsync(string name, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-own-").FullName;
        var process = Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Isobar.Bench.dll"), .. arguments], folder);
        return new ServerUnderTest(name, process, folder, (await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>Starts a program that listens on a port, and waits until it does.</summary>
    public static async Task<ServerUnderTest> ProgramAsync(string name, string program, Func<string, string[]> arguments, int port)
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-peer-").FullName;
        var process = Start(program, arguments(folder), folder);
        while (true)
        {
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return new ServerUnderTest(name, process, folder, $"http://127.0.0.1:{port}");
            }
            catch (System.Net.Sockets.SocketException) when (!process.HasExited) { await Task.Delay(20); }
        }
    }

    /// <summary>Starts a bare minimal API around a graph: this program once more.</summary>
    public static async Task<ServerUnderTest> BareAsync(string model)
    {
        var folder = Directory.CreateTempSubdirectory("isobar-bench-bare-").FullName;
        var process = Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Isobar.Bench.dll"), "bare-server", model], folder);
        return new ServerUnderTest("bare", process, folder, (await process.StandardOutput.ReadLineAsync())!);
    }

    /// <summary>Starts a peer, <c>bench/node/SCRIPT</c>, which prints its URL as its first line; null where npm cannot install it.</summary>
    public static async Task<ServerUnderTest?> NodeAsync(string name, string script, params string[] arguments)
    {
        var node = Path.GetFullPath(Path.Combine(Here(), "..", "..", "..", "node"));
        if (!Directory.Exists(Path.Combine(node, "node_modules")))
        {
            using var install = Start("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], node);
            await install.WaitForExitAsync();
            if (install.ExitCode != 0) return null;
        }
        var folder = Directory.CreateTempSubdirectory("isobar-bench-peer-").FullName;
        var process = Start("node", [Path.Combine(node, script), folder, .. arguments], node);
        return await process.StandardOutput.ReadLineAsync() is { } url ? new ServerUnderTest(name, process, folder, url) : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Process Start(string program, string[] arguments, string folder) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, WorkingDirectory = folder })!;

    private static string Here([CallerFilePath] string path = "") => path;
}
