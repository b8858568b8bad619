using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Isobar.Cli.Tests;

/// <summary>What a command left on the terminal.</summary>
internal sealed record Ran(int Exit, string Output, string Errors)
{
    public IReadOnlyList<JsonObject> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!.AsObject())];
}

/// <summary>The built command, run as a person does: a process of its own, with a data directory of its own.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-terminal-").FullName;
    private Process? _server;

    public string Data => Path.Combine(_folder, "data");

    /// <summary>Writes a file and gives its path.</summary>
    public string File(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public Task<Ran> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    public Task<Ran> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) => UntilExitAsync(Start(arguments, environment));

    /// <summary>Runs another program.</summary>
    public static Task<Ran> ProgramAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) => UntilExitAsync(Launch(program, arguments, environment ?? new Dictionary<string, string>()));

    /// <summary>The first of the programs that is there.</summary>
    public static string? Find(params string[] programs) =>
        programs.SelectMany(p => Path.IsPathRooted(p) ? [p] : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(d => Path.Combine(d, p))).FirstOrDefault(System.IO.File.Exists);

    private static async Task<Ran> UntilExitAsync(Process process)
    {
        using var _ = process;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new Ran(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts a server on free ports and waits for the line that says it is ready.</summary>
    public async Task<JsonObject> UpAsync(params string[] options)
    {
        _server = Start(["up", "--json", "--port", "0", "--aws-port", "0", "--gcp-port", "0", "--azure-port", "0", .. options], new Dictionary<string, string>());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        if (await _server.StandardOutput.ReadLineAsync(limit.Token) is { } line) return JsonNode.Parse(line)!.AsObject();
        Assert.Fail("The server did not start: " + await _server.StandardError.ReadToEndAsync(limit.Token));
        return null!;
    }

    /// <summary>Ends the server without a word.</summary>
    public async Task KillAsync()
    {
        if (_server is not { HasExited: false }) return;
        _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _server?.Dispose();
        try { Directory.Delete(_folder, recursive: true); }
        catch (IOException) { /* A child that is still dying may hold a file; the folder lies in the system's temp folder. */ }
    }

    private Process Start(string[] arguments, IReadOnlyDictionary<string, string> environment) =>
        Launch("dotnet", [Path.Combine(AppContext.BaseDirectory, "isobar.dll"), .. arguments], new Dictionary<string, string>(environment) { ["ISOBAR_DATA"] = Data });

    private static Process Launch(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
