using System.CommandLine;
using System.Text;
using Isobar.Aws;
using Isobar.Aws.Protocols;
using Isobar.Azure;
using Isobar.Core.Support;
using Isobar.Engine;
using Isobar.Google;
using Microsoft.Extensions.DependencyInjection;
using AzureService = Isobar.Azure.Protocols.AzureService;
using GoogleService = Isobar.Google.Protocols.GoogleService;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar support</c>: the support table, made from what the emulators say of themselves.</summary>
internal static class SupportCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = "The whole of docs/support.md" };
        var command = new Command("support", "List the operations of each service: real, state only or unsupported") { markdown };
        command.SetAction(async (parsed, ct) =>
        {
            var services = await ServicesAsync();
            if (parsed.GetValue(markdown)) Console.Write(Markdown(services));
            else Output.Rows(parsed.GetValue(Globals.Json), ["Service", "Operation", "Support", "Note"],
                [.. services.SelectMany(s => s.Support.Select(o => new[] { s.Name, o.Operation, Label(o.Level), o.Note ?? "" }))], "");
            return Exit.Ok;
        });
        return command;
    }

    /// <summary>The services, made on a folder of their own and never started.</summary>
    public static async Task<IReadOnlyList<(string Name, IReadOnlyList<OperationSupport> Support)>> ServicesAsync()
    {
        var folder = Directory.CreateTempSubdirectory("isobar-support-").FullName;
        try
        {
            await using var provider = new ServiceCollection().AddLogging().AddHttpClient().AddSingleton(TimeProvider.System)
                .AddIsobarEngine(new EngineOptions { DataDirectory = folder, WorkerCommand = WorkerProgram.Command }).AddAwsEmulator().AddGoogleEmulator().AddAzureEmulator().BuildServiceProvider();
            var google = provider.GetServices<GoogleService>().Select(s => (s.Name, s.Support));
            // A service of Azure's tells of itself in parts, one for each type of resource.
            var azure = provider.GetServices<AzureService>().GroupBy(s => s.Name).Select(g => (Name: g.Key, Support: (IReadOnlyList<OperationSupport>)[.. g.SelectMany(s => s.Support)]));
            return [.. provider.GetServices<IAwsService>().Select(s => (s.Name, s.Support)).Concat(google).Concat(azure).OrderBy(s => s.Name, StringComparer.Ordinal)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>How many operations of each service there are, as the README shows it.</summary>
    public static string Summary(IReadOnlyList<(string Name, IReadOnlyList<OperationSupport> Support)> services)
    {
        var text = new StringBuilder("| service | real | state only | unsupported |\n|---|---:|---:|---:|\n");
        foreach (var (name, support) in services) text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", Enum.GetValues<SupportLevel>().Select(l => support.Count(o => o.Level == l))).Append(" |\n");
        return text.ToString();
    }

    public static string Markdown(IReadOnlyList<(string Name, IReadOnlyList<OperationSupport> Support)> services)
    {
        var text = new StringBuilder("# What is supported\n\nMade from the code by `isobar support --markdown`; a test keeps it so. *Real* does what the service does; *state only* is kept and given back, without further effect; *unsupported* answers with the protocol's own error.\n\n").Append(Summary(services));
        foreach (var (name, support) in services)
        {
            text.Append("\n## ").Append(name).Append("\n\n| operation | support | note |\n|---|---|---|\n");
            foreach (var o in support.Where(o => o.Level != SupportLevel.Unsupported).OrderBy(o => o.Level).ThenBy(o => o.Operation, StringComparer.Ordinal))
                text.Append("| ").Append(o.Operation).Append(" | ").Append(Label(o.Level)).Append(" | ").Append(o.Note).Append(" |\n");
            var rest = support.Where(o => o.Level == SupportLevel.Unsupported).Select(o => o.Operation).Order(StringComparer.Ordinal).ToList();
            if (rest.Count > 0) text.Append("\nUnsupported: ").AppendJoin(", ", rest).Append(".\n");
        }
        return text.ToString();
    }

    private static string Label(SupportLevel level) => level switch { SupportLevel.Real => "real", SupportLevel.StateOnly => "state only", _ => "unsupported" };
}
