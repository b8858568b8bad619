using System.Runtime.CompilerServices;

namespace Isobar.Clients.Harness;

/// <summary>Runs <c>python/*.py</c> with every boto3 that is installed (the system's own and the newest often differ in years), and the AWS command line; skipped with the reason where either is missing.</summary>
internal static class PythonClient
{
    private static readonly Lazy<Task<List<string>>> Pythons = new(() => FindAsync(["/usr/bin/python3", "python3"], "import boto3"));

    private static readonly Lazy<Task<List<string>>> AzurePythons = new(() => FindAsync(["/usr/bin/python3", "python3"], "import azure.mgmt.machinelearningservices, azure.mgmt.resource, requests"));

    public static async Task<string> RunAsync(ServerFixture server, string script, params string[] arguments)
    {
        var pythons = await Pythons.Value;
        Assert.SkipWhen(pythons.Count == 0, "No python3 with boto3 is installed.");
        var output = "";
        foreach (var python in pythons)
            output += await ClientProcess.RunAsync(python, [Path.Combine(Folder, script), .. arguments], server.Environment, Folder);
        return output;
    }

    /// <summary>Runs a script with Debian's Azure SDK; it trusts our certificate authority alone.</summary>
    public static async Task<string> AzureAsync(ServerFixture server, string script, params string[] arguments)
    {
        var pythons = await AzurePythons.Value;
        Assert.SkipWhen(pythons.Count == 0, "No python3 with azure.mgmt.machinelearningservices is installed.");
        return await ClientProcess.RunAsync(pythons[0], [Path.Combine(Folder, script), .. arguments], new Dictionary<string, string>(server.Environment) { ["REQUESTS_CA_BUNDLE"] = server.Addresses.Ca }, Folder);
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

    private static async Task<List<string>> FindAsync(string[] candidates, string probe)
    {
        var found = new List<string>();
        foreach (var path in candidates.Select(c => Path.IsPathRooted(c) ? c : ClientProcess.Find(c)).Where(File.Exists).Distinct())
        {
            if ((await ClientProcess.TryRunAsync(path!, ["-c", probe], new Dictionary<string, string>())).Code == 0) found.Add(path!);
        }
        return found;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
