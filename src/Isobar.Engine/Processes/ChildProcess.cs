using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Isobar.Engine.Processes;

/// <summary>What to start.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Folder">The working folder.</param>
/// <param name="Environment">The whole environment but for PATH, HOME, LANG and TMPDIR, which are passed on: nothing of the server's secrets leaks into user code.</param>
/// <param name="Mounted">The folder that the child sees as /opt/ml, where the system allows it; null for none.</param>
internal sealed record ChildCommand(IReadOnlyList<string> Command, string Folder, IReadOnlyDictionary<string, string> Environment, string? Mounted = null);

/// <summary>A child in a process group of its own, which dies with the server.</summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "DOTNET_ROOT", "LD_LIBRARY_PATH", "SystemRoot", "USERPROFILE"];
    private readonly Process _process;
    private readonly Task _output;

    private ChildProcess(Process process, Action<string> onLine)
    {
        _process = process;
        Id = process.Id;
        _output = Task.WhenAll(PumpAsync(process.StandardOutput, onLine), PumpAsync(process.StandardError, onLine));
    }

    /// <summary>The process, which is also its group.</summary>
    public int Id { get; }

    /// <summary>Completes with the exit code (128 + signal when a signal ended it) once all output has been read.</summary>
    public async Task<int> WaitAsync(CancellationToken ct = default)
    {
        await _process.WaitForExitAsync(ct).ConfigureAwait(false);
        // A grandchild may hold the pipes open; the group is ended with its leader.
        Signal(SigKill);
        await _output.WaitAsync(ct).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Asks the group to end.</summary>
    public void Terminate() => Signal(SigTerm);

    /// <summary>Ends the group at once.</summary>
    public void Kill() => Signal(SigKill);

    public async ValueTask DisposeAsync()
    {
        Kill();
        try { await _output.ConfigureAwait(false); }
        catch (Exception e) when (e is IOException or ObjectDisposedException) { /* The pipe went with the child. */ }
        _process.Dispose();
    }

    /// <summary>Starts a child. A program that is not there gives null and the reason.</summary>
    public static ChildProcess? Start(ChildCommand command, Action<string> onLine, out string reason)
    {
        reason = "";
        if (Resolve(command.Command[0], command.Folder, command.Environment) is not { } program)
        {
            reason = $"the program '{command.Command[0]}' was not found on PATH";
            return null;
        }
        string[] words = [.. Wrapper.Value ?? [], .. command.Mounted is { } mounted ? MountedTree.Prefix(mounted) : [], program, .. command.Command.Skip(1)];
        var start = new ProcessStartInfo(words[0], words[1..]) { WorkingDirectory = command.Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        var kept = Inherited.Select(n => (n, Environment.GetEnvironmentVariable(n))).Where(p => p.Item2 is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept) start.Environment[name] = value;
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        try
        {
            var process = Launcher.Run(() => Process.Start(start)!);
            process.StandardInput.Close();
            return new ChildProcess(process, onLine);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            reason = $"'{command.Command[0]}' could not be started: {e.Message}";
            return null;
        }
    }

    /// <summary>Kills a child that an earlier server left, if the id still names that very process.</summary>
    public static void KillOrphan(int id, string startTime)
    {
        if (StartTime(id) == startTime) _ = kill(-id, SigKill);
    }

    /// <summary>When a process was started, in the kernel's ticks: with the id it names a process for good. Empty where the system does not say.</summary>
    public static string StartTime(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            // The second field may hold spaces; what follows its bracket is regular, the start time being the 22nd in all.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return "";
        }
    }

    private const int SigTerm = 15, SigKill = 9;

    // setsid makes the group; setpriv has the kernel end the child when the thread that started it dies, and so when the server is killed.
    private static readonly Lazy<string[]?> Wrapper = new(() =>
    {
        var empty = new Dictionary<string, string>();
        return OperatingSystem.IsLinux() && Resolve("setsid", "/", empty) is { } setsid && Resolve("setpriv", "/", empty) is { } setpriv
            ? [setsid, setpriv, "--pdeathsig", "KILL"]
            : null;
    });

    private void Signal(int signal)
    {
        if (Wrapper.Value is not null)
        {
            // A child that was started this very moment may not have made its group yet: a stop that found no group would be lost.
            if (kill(-Id, signal) != 0 && !_process.HasExited) _ = kill(Id, signal);
        }
        else if (signal == SigKill && !_process.HasExited) _process.Kill(entireProcessTree: true);
        else if (!_process.HasExited && !OperatingSystem.IsWindows()) _ = kill(Id, signal);
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> onLine)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line) onLine(line);
    }

    private static string? Resolve(string program, string folder, IReadOnlyDictionary<string, string> environment)
    {
        if (program.Contains('/')) return File.Exists(Path.Combine(folder, program)) ? Path.Combine(folder, program) : null;
        var path = environment.GetValueOrDefault("PATH") ?? Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator).Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
