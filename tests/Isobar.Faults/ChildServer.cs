using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Isobar.Aws.Client;
using Isobar.Core.Capabilities;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Faults;

/// <summary>The server as a process of its own, for tests that kill it.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly string _pidFile;
    private readonly ServiceProvider _client;

    private ChildServer(Process process, string pidFile, string control, string aws, string google, string azure)
    {
        (_process, _pidFile, Control, Aws, Google, Azure) = (process, pidFile, control, aws, google, azure);
        _client = new ServiceCollection().AddLogging().AddAwsCloud(new AwsClientOptions { Endpoint = new Uri(aws), AccessKeyId = "test", SecretAccessKey = "test" }).BuildServiceProvider();
    }

    public string Control { get; }
    public string Aws { get; }

    /// <summary>Where Google Cloud's emulator answers.</summary>
    public string Google { get; }

    /// <summary>Where Azure's emulator answers.</summary>
    public string Azure { get; }

    /// <summary>The cloud that it is, in the vocabulary of all clouds.</summary>
    public ICloud Cloud => _client.GetRequiredService<ICloud>();

    public Task<string> ErrorsAsync() => _process.StandardError.ReadToEndAsync();

    /// <summary>Bytes of memory that the server holds.</summary>
    public long Memory => Process.GetProcessById(ServerId).WorkingSet64;

    private int ServerId => int.Parse(File.ReadAllText(_pidFile), CultureInfo.InvariantCulture);

    /// <summary>Starts it, as <c>isobar up</c>, and waits until it is ready. <paramref name="shell"/> may prepare the ground: it ends by running <c>"$@"</c>.</summary>
    public static async Task<ChildServer> StartAsync(string data, string? shell = null, params string[] options)
    {
        Directory.CreateDirectory(data);
        // Beside the data directory, which a shell may mount something over.
        var (ready, pid) = (data.TrimEnd('/') + ".ready.json", data.TrimEnd('/') + ".pid");
        File.Delete(ready);
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll"), "up", "--data", data, "--port", "0", "--aws-port", "0", "--gcp-port", "0", "--azure-port", "0", "--ready-file", ready, .. options];
        string[] wrapped = shell is null ? ["sh", "-c", $"echo $$ > '{pid}'; exec \"$@\"", "sh", .. command] : ["unshare", "-m", "sh", "-c", $"{shell}; echo $$ > '{pid}'; exec \"$@\"", "sh", .. command];
        var process = Process.Start(new ProcessStartInfo(wrapped[0], wrapped[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var limit = Stopwatch.StartNew();
        while (!File.Exists(ready))
        {
            if (process.HasExited) Assert.Fail("The server did not start: " + await process.StandardError.ReadToEndAsync());
            if (limit.Elapsed > Limit) Assert.Fail("The server was not ready in time.");
            await Task.Delay(25);
        }
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(ready));
        return new ChildServer(process, pid, Url("control"), Url("aws"), Url("gcp"), Url("azure"));

        string Url(string cloud) => document.RootElement.GetProperty(cloud).GetString()!;
    }

    /// <summary>Asks it to end: <c>INT</c> as Ctrl-C does, <c>TERM</c> as a service manager does.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", ServerId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0) Assert.Fail("The signal was not sent.");
    }

    /// <summary>How it ended.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
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
        await _client.DisposeAsync();
    }
}
