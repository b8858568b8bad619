using System.CommandLine;
using System.Text.Json.Nodes;
using Isobar.Server.Hosting;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar reset</c>: forgets everything in the data directory.</summary>
internal static class ResetCommand
{
    public static Command Create()
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var command = new Command("reset", "Delete everything in the data directory") { yes };
        command.SetAction(parsed => Run(Path.GetFullPath(parsed.GetValue(Globals.Data)!), parsed.GetValue(yes)));
        return command;
    }

    private static int Run(string folder, bool yes)
    {
        if (!Directory.Exists(folder)) return Told(folder, false);
        // The folder may be anything that --data names: only one that a server has held is deleted.
        if (!File.Exists(Path.Combine(folder, "lock"))) return Exit.Fail(Exit.BadInput, $"{folder} is no data directory of Isobar: nothing was deleted");
        try
        {
            using var held = new FileStream(Path.Combine(folder, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return Exit.Fail(Exit.Busy, $"an Isobar uses {folder}{(RunFile.Read(folder) is { } server ? $" (process {server.Pid})" : "")}; stop it first");
        }
        if (!yes)
        {
            if (Console.IsInputRedirected || Exit.Json) return Exit.Fail(Exit.Usage, $"this deletes everything in {folder}; say so with --yes");
            Console.Write($"Delete everything in {folder}? [y/N] ");
            if (Console.ReadLine()?.Trim() is not ("y" or "Y" or "yes")) return Told(folder, false);
        }
        Directory.Delete(folder, recursive: true);
        return Told(folder, true);
    }

    private static int Told(string folder, bool deleted)
    {
        if (Exit.Json) Output.Json(new JsonObject { ["dataDirectory"] = folder, ["deleted"] = deleted });
        else Console.WriteLine(deleted ? $"deleted {folder}" : "nothing was deleted");
        return Exit.Ok;
    }
}
