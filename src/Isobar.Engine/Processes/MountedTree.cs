using System.Diagnostics;

namespace Isobar.Engine.Processes;

/// <summary>
/// Shows a job's own folder to its child as <c>/opt/ml</c>, as programs with that path written into them expect: in a mount namespace of the child's
/// own, where the system allows one. The host's /opt is never changed.
/// </summary>
public static class MountedTree
{
    private const string Target = "/opt/ml";
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(5);

    // $1 is the folder to show, $2 an empty folder that becomes /opt where the host's /opt has no ml: all that lies in /opt stays visible beside it.
    private const string Script = """
        set -e
        src=$1 stash=$2; shift 2
        if [ ! -d /opt/ml ]; then
          mount -t tmpfs -o mode=755 tmpfs "$stash"
          for entry in /opt/* /opt/.[!.]*; do
            [ -e "$entry" ] || continue
            name=${entry##*/}
            if [ -d "$entry" ]; then mkdir "$stash/$name"; else : > "$stash/$name"; fi
            mount --rbind "$entry" "$stash/$name"
          done
          mkdir "$stash/ml"
          mount --rbind "$stash" /opt
        fi
        mount --rbind "$src" /opt/ml
        # In a namespace of users the wish to die with the server is forgotten, so it is made again.
        if command -v setpriv > /dev/null; then exec setpriv --pdeathsig KILL "$@"; fi
        exec "$@"
        """;

    private static readonly Lazy<string?> Flags = new(Probe);

    /// <summary>Whether children see <c>/opt/ml</c>; where not, the SM_* variables and arguments name the same folders.</summary>
    public static bool IsPossible => Flags.Value is not null;

    /// <summary>The words before a command that show it <paramref name="folder"/> as /opt/ml; none where the system does not allow it.</summary>
    internal static IReadOnlyList<string> Prefix(string folder)
    {
        if (Flags.Value is not { } flags) return [];
        var stash = folder.TrimEnd('/') + ".opt";
        Directory.CreateDirectory(stash);
        return ["unshare", flags, "sh", "-c", Script, "sh", folder, stash];
    }

    // As root a namespace of mounts is enough; another user needs one of users around it, which some systems forbid.
    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/opt")) return null;
        var folder = Directory.CreateTempSubdirectory("isobar-mount-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "ml"));
            Directory.CreateDirectory(Path.Combine(folder, "stash"));
            return new[] { "-m", "-Urm" }.FirstOrDefault(flags => Runs(["unshare", flags, "sh", "-c", Script, "sh", Path.Combine(folder, "ml"), Path.Combine(folder, "stash"), "test", "-d", Target]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Runs(IReadOnlyList<string> command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            if (process.WaitForExit(ProbeLimit)) return process.ExitCode == 0;
            process.Kill();
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
