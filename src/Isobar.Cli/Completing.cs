using System.CommandLine;
using System.CommandLine.Completions;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli;

/// <summary>Names of the running server, for the completion of a shell.</summary>
internal static class Completing
{
    /// <summary>Whoever presses Tab waits no longer than this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static IEnumerable<string> Jobs(CompletionContext at) => Names(at, (c, ct) => c.Training.ListAsync(ct), j => j.Name);

    public static IEnumerable<string> Endpoints(CompletionContext at) => Names(at, (c, ct) => c.Serving.ListAsync(ct), e => e.Name);

    public static IEnumerable<string> Models(CompletionContext at) => Names(at, (c, ct) => c.Models.ListAsync(ct), m => m.Name);

    private static IEnumerable<string> Names<T>(CompletionContext at, Func<ICloud, CancellationToken, Task<Result<IReadOnlyList<T>>>> list, Func<T, string> name)
    {
        try
        {
            // What is half typed may have no value yet, and not even its default.
            var parsed = at.ParseResult;
            var data = parsed.GetValue(Globals.Data) ?? Globals.DefaultData;
            if ((parsed.GetValue(Globals.Endpoint) ?? RunFile.Read(data)?.Aws) is not { } endpoint) return [];
            using var services = Session.Connect(endpoint);
            using var patience = new CancellationTokenSource(Patience);
            // The library asks for completions synchronously.
            var found = list(services.GetRequiredService<ICloud>(), patience.Token).GetAwaiter().GetResult();
            return found.IsOk ? [.. found.Value.Select(name)] : [];
        }
        catch (Exception e) when (e is OperationCanceledException or UriFormatException or InvalidOperationException) { return []; }
    }
}
