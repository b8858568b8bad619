using System.CommandLine;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar completion</c>: a script for the shell, which asks this program by its <c>[suggest]</c> directive.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Print the completion script of a shell") { shell };
        command.SetAction(parsed =>
        {
            Console.WriteLine(Script(parsed.GetValue(shell)!));
            return Exit.Ok;
        });
        return command;
    }

    private static string Script(string shell) => shell switch
    {
        "zsh" => """
            _isobar() { local -a found; found=("${(@f)$(isobar "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}"); found=(${(M)found:#${PREFIX}*}); if (( $#found )); then compadd -- $found; else _files; fi }
            compdef _isobar isobar
            """,
        // The cursor's place is the length of what stands before it: commandline -C tells it on a terminal only.
        "fish" => """complete -c isobar -a '(set -l line (commandline -cp | string collect); isobar "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'""",
        "pwsh" => """
            Register-ArgumentCompleter -Native -CommandName isobar -ScriptBlock {
                param($word, $ast, $position)
                isobar "[suggest:$position]" "$ast" | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
        _ => """
            _isobar() { local IFS=$'\n'; COMPREPLY=($(compgen -W "$(isobar "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")); }
            complete -o default -F _isobar isobar
            """,
    };
}
