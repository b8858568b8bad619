using System.CommandLine;
using System.CommandLine.Parsing;

namespace Isobar.Cli;

/// <summary>Says what is wrong with a command line: each fault, the nearest name, and where help is. The whole help is not printed: it hides the fault.</summary>
internal static class CommandLineFaults
{
    public static int Tell(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens;
        var lines = new List<string>();
        foreach (var token in unknown)
        {
            var names = (token.StartsWith('-') ? Options(parsed.CommandResult) : command.Subcommands.AsEnumerable<Symbol>()).Where(s => !s.Hidden).Select(s => s.Name);
            var what = token.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            lines.Add($"there is no {what} '{token}'.{(Nearest.To(token, names) is { } near ? $" Did you mean '{near}'?" : "")}");
        }
        // What is unknown was just said, better; that a command is missing follows from it.
        if (unknown.Count == 0) lines.AddRange(parsed.Errors.Select(e => e.Message).Distinct());
        var path = string.Join(' ', Path(parsed.CommandResult));
        return Exit.Fail(Exit.Usage, string.Join(' ', lines) + $" See '{path} --help'.");
    }

    private static IEnumerable<Option> Options(CommandResult? at)
    {
        var own = true;
        for (; at is not null; at = at.Parent as CommandResult, own = false)
            foreach (var option in at.Command.Options.Where(o => own || o.Recursive)) yield return option;
    }

    private static IEnumerable<string> Path(CommandResult at) => at.Parent is CommandResult above ? Path(above).Append(at.Command.Name) : ["isobar"];
}
