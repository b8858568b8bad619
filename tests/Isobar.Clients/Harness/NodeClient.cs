using System.Runtime.CompilerServices;

namespace Isobar.Clients.Harness;

/// <summary>
/// Runs <c>node/*.mjs</c> with the AWS SDK for JavaScript. The packages of package-lock.json are installed once per machine and lock file;
/// where node, npm or the registry is missing, the test is skipped with that reason.
/// </summary>
internal static class NodeClient
{
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private static string? _installed;
    private static string? _reason;

    /// <summary>Where the scripts are: beside their package.json, so that imports resolve.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "node"));

    public static async Task<string> RunAsync(ServerFixture server, string script, params string[] arguments)
    {
        await EnsureInstalledAsync();
        return await ClientProcess.RunAsync("node", [Path.Combine(Folder, script), .. arguments], server.Environment, Folder);
    }

    private static async Task EnsureInstalledAsync()
    {
        await Installing.WaitAsync();
        try
        {
            if (_installed is null && _reason is null) await InstallAsync();
        }
        finally
        {
            Installing.Release();
        }
        if (_reason is not null) Assert.Skip(_reason);
    }

    private static async Task InstallAsync()
    {
        if (ClientProcess.Find("node") is null || ClientProcess.Find("npm") is null)
        {
            _reason = "node and npm are not installed.";
            return;
        }
        var mark = Path.Combine(Folder, "node_modules", ".isobar-installed");
        var wanted = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"));
        if (!File.Exists(mark) || await File.ReadAllTextAsync(mark) != wanted)
        {
            var (code, _, errors) = await ClientProcess.TryRunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], new Dictionary<string, string>(), Folder);
            if (code != 0)
            {
                _reason = "npm ci failed: " + errors;
                return;
            }
            await File.WriteAllTextAsync(mark, wanted);
        }
        _installed = mark;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
