using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Isobar.Cli;

/// <summary>The help of the library, with the exit codes below.</summary>
internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        // "/?" is no option where "/" begins a path.
        option.Aliases.Clear();
        option.Aliases.Add("-h");
        option.Action = new HelpWithExitCodes((HelpAction)option.Action!);
    }

    public override int Invoke(ParseResult parsed)
    {
        var exit = help.Invoke(parsed);
        var to = parsed.InvocationConfiguration.Output;
        to.WriteLine("Exit codes:");
        foreach (var (code, meaning) in Exit.All) to.WriteLine($"  {code,3}  {meaning}");
        return exit;
    }
}
