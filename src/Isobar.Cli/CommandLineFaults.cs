using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Isobar.Cli;

/// <summary>Says what is wrong with a command line: each fault, the nearest name, and where help is. The whole help is not printed: it hides the fault.</summary>
internal static class CommandLineFaults
{
    public static int Tell(ParseResult parsed)
    {
        var at = parsed.CommandResult;
        // Nothing was asked for yet: the help says what there is.
        if (at.Tokens.Count == 0 && parsed.UnmatchedTokens.Count == 0 && at.Command.Subcommands.Count > 0 && !Exit.Json)
        {
            new HelpAction().Invoke(parsed);
            return Exit.Usage;
        }
        // That a command is missing, or an argument, often follows from a token that is unknown, which alone is worth saying.
        var faults = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens.Select(t => Unknown(t, at)) : parsed.Errors.Select(e => Sentence(e.Message)).Distinct();
        return Exit.Fail(Exit.Usage, string.Join(' ', faults.Append($"See '{string.Join(' ', Path(at))} --help'.")));
    }

    private static string Unknown(string token, CommandResult at)
    {
        if (token.StartsWith('-')) return Named("option", Options(at));
        return at.Command.Subcommands.Count > 0 ? Named("command", at.Command.Subcommands) : $"'{token}' is one argument too many.";

        string Named(string what, IEnumerable<Symbol> known) =>
            $"There is no {what} '{token}'.{(Nearest.To(token, known.Where(s => !s.Hidden).Select(s => s.Name)) is { } near ? $" Did you mean '{near}'?" : "")}";
    }

    // The library sets lists line by line.
    private static string Sentence(string message) =>
        string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Replace("' '", "', '", StringComparison.Ordinal).TrimEnd('.') + ".";

    private static IEnumerable<Option> Options(CommandResult? at)
    {
        var own = true;
        for (; at is not null; at = at.Parent as CommandResult, own = false)
            foreach (var option in at.Command.Options.Where(o => own || o.Recursive)) yield return option;
    }

    private static IEnumerable<string> Path(CommandResult at) => at.Parent is CommandResult above ? Path(above).Append(at.Command.Name) : ["isobar"];
}
