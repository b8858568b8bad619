using System.Runtime.CompilerServices;

namespace Isobar.Clients.Harness;

/// <summary>Runs <c>python/*.py</c> with boto3, and the AWS command line; skipped with the reason where either is missing.</summary>
internal static class PythonClient
{
    private static readonly Lazy<Task<string?>> Python = new(() => FindAsync(["/usr/bin/python3", "python3"], "import boto3"));

    public static async Task<string> RunAsync(ServerFixture server, string script, params string[] arguments)
    {
        if (await Python.Value is not { } python)
        {
            Assert.Skip("No python3 with boto3 is installed.");
            return "";
        }
        return await ClientProcess.RunAsync(python, [Path.Combine(Folder, script), .. arguments], server.Environment, Folder);
    }

    /// <summary>Runs <c>aws</c> with these arguments.</summary>
    public static Task<string> AwsAsync(ServerFixture server, params string[] arguments) => AwsAsync(server, false, arguments);

    /// <summary>Runs <c>aws</c> and gives what it says when it fails, as it must.</summary>
    public static Task<string> AwsFailsAsync(ServerFixture server, params string[] arguments) => AwsAsync(server, true, arguments);

    private static string Folder { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", "python"));

    private static async Task<string> AwsAsync(ServerFixture server, bool fails, string[] arguments)
    {
        if (ClientProcess.Find("aws") is not { } aws)
        {
            Assert.Skip("The AWS command line is not installed.");
            return "";
        }
        // Debian's version reads the endpoint from its argument alone.
        return await ClientProcess.RunAsync(aws, ["--endpoint-url", server.Aws, .. arguments], server.Environment, expectFailure: fails);
    }

    private static async Task<string?> FindAsync(string[] candidates, string probe)
    {
        foreach (var candidate in candidates)
        {
            if ((File.Exists(candidate) || ClientProcess.Find(candidate) is not null)
                && (await ClientProcess.TryRunAsync(candidate, ["-c", probe], new Dictionary<string, string>())).Code == 0)
                return candidate;
        }
        return null;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
