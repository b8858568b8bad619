using System.CommandLine;
using System.CommandLine.Invocation;
using Isobar.Core.Results;

namespace Isobar.Cli;

/// <summary>Runs what was typed, and turns every end that it can have into an exit code.</summary>
internal static class Running
{
    /// <summary>A server that is told to end answers first what is under way.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(ParseResult parsed)
    {
        Exit.Json = parsed.GetValue(Globals.Json);
        if (parsed.Action is ParseErrorAction) return CommandLineFaults.Tell(parsed);
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = DrainTimeout });
        }
        catch (OperationCanceledException) { return Exit.Interrupted; }
        catch (UnauthorizedAccessException e) { return Exit.Fail(Exit.Denied, e.Message); }
        catch (IOException e) { return Exit.Fail(Exit.Of(ErrorCode.Unavailable), e.Message); }
        catch (Exception e) { return Exit.Fail(Exit.Internal, $"a fault of Isobar: {e}"); }
    }
}
