namespace Isobar.Cli.Tests;

/// <summary>The completion scripts, run by their shells.</summary>
public sealed class CompletionTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Theory]
    [InlineData("bash", "eval \"$(isobar completion bash)\"; COMP_LINE='isobar end' COMP_POINT=10 COMP_WORDS=(isobar end) COMP_CWORD=1; _isobar; printf '%s\\n' \"${COMPREPLY[@]}\"")]
    [InlineData("pwsh", "isobar completion pwsh | Out-String | Invoke-Expression; (TabExpansion2 'isobar end' 10).CompletionMatches.CompletionText")]
    [InlineData("fish", "isobar completion fish | source; complete -C 'isobar end'")]
    // The editor's own words are set as it sets them; what it would offer is printed.
    [InlineData("zsh", "compdef() { : }; compadd() { shift; print -l -- $@ }; eval \"$(isobar completion zsh)\"; BUFFER='isobar end' PREFIX=end; _isobar")]
    public async Task Completion_InItsShell_OffersTheCommandThatBeginsSo(string shell, string script)
    {
        var program = Terminal.Find(shell);
        Assert.SkipUnless(program is not null, $"{shell} was not found.");
        var command = _terminal.File("isobar", $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "isobar.dll")}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var path = $"{Path.GetDirectoryName(command)}:{Environment.GetEnvironmentVariable("PATH")}";
        string[] bare = shell switch { "pwsh" => ["-NoProfile", "-NonInteractive", "-Command"], "zsh" => ["-f", "-c"], "fish" => ["--no-config", "-c"], _ => ["-c"] };
        var ran = await Terminal.ProgramAsync(program!, [.. bare, script], new Dictionary<string, string> { ["PATH"] = path });
        Assert.Equal("endpoints", ran.Output.Trim());
    }
}
