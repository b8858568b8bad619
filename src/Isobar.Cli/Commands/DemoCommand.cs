using System.CommandLine;
using System.Globalization;
using Isobar.Cli.Demo;
using Isobar.Cli.Demo.Failover;
using Isobar.Engine.Metering;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar demo</c>: the main job from data to drift on three clouds side by side, on a server of its own.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var keep = new Option<bool>("--keep") { Description = "Leave the server running afterwards, until Ctrl-C, to look around" };
        var command = new Command("demo", "Show the main job on three clouds in under a minute: train, deploy, predict, shift traffic, detect drift") { keep };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(Globals.Json), parsed.GetValue(keep), ct));
        return command;
    }

    private static async Task<int> RunAsync(bool json, bool keep, CancellationToken ct)
    {
        IDemoStage stage = json ? new JsonStage() : new TerminalStage();
        var time = TimeProvider.System;
        var folder = Directory.CreateTempSubdirectory("isobar-demo-").FullName;
        try
        {
            var start = time.GetUtcNow();
            stage.Step(1, "Start Isobar");
            await using var server = await IsobarServer.StartAsync(new IsobarServerOptions { DataDirectory = folder, ControlPort = 0, AwsPort = 0, GcpPort = 0, AzurePort = 0, LogToConsole = false, WorkerCommand = WorkerProgram.Command }, ct);
            stage.Say($"AWS at {server.Addresses.Aws}, Google Cloud at {server.Addresses.Gcp},");
            stage.Say(FormattableString.Invariant($"Azure at {server.Addresses.Azure}; ready after {(time.GetUtcNow() - start).TotalSeconds:0.0} s: no account, no Docker"));

            await using var clouds = DemoClouds.Connect(server.Addresses);
            var set = new DemoSet(clouds.All, stage, time);
            var steps = new DemoTour(set).Steps;
            var exit = Exit.Ok;
            foreach (var (i, step) in steps.Index())
            {
                stage.Step(i + 2, step.Title);
                if (await step.RunAsync(ct) is not { } error) continue;
                exit = Exit.Fail(error);
                break;
            }

            FailoverResult? failover = null;
            if (exit == Exit.Ok)
            {
                stage.Step(steps.Count + 2, FailoverScene.Title);
                if (!(await new FailoverScene(server.Addresses, set.Penguins, Path.Combine(folder, "failover"), stage, time).RunAsync(ct)).TryGet(out failover, out var lost)) exit = Exit.Fail(lost);
            }

            stage.Step(steps.Count + 3, "What the same would have cost");
            await CostsAsync(server, stage, start, time.GetUtcNow(), ct);
            stage.Say(FormattableString.Invariant($"done in {(time.GetUtcNow() - start).TotalSeconds:0} s"));
            Further(stage, keep, folder);
            // A script finds it in the last line, whatever came before.
            if (json && failover is not null) Output.Json(failover.ToJson());
            if (keep) await server.WaitForShutdownAsync(ct);
            return exit;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CostsAsync(IsobarServer server, IDemoStage stage, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var costs = await server.Services.GetRequiredService<IMeter>().CostsAsync(from, to, ct: ct);
        var rows = costs.GroupBy(c => (c.Realm, c.Service, c.Sku, c.Unit)).OrderBy(g => g.Key.Realm, StringComparer.Ordinal).Select(g => (string[])
        [
            g.Key.Realm, g.Key.Service, g.Key.Sku, Used(g.Sum(c => c.Quantity), g.Key.Unit),
            g.Any(c => c.Cost is not null) ? g.Sum(c => c.Cost ?? 0).ToString("$0.000000", CultureInfo.InvariantCulture) : "unknown",
        ]).ToList();
        stage.Table("costs", ["Cloud", "Service", "What", "Used", "List price"], rows);
        var known = costs.Where(c => c.Cost is not null).Select(c => c.Realm).Distinct().Order(StringComparer.Ordinal);
        stage.Say(FormattableString.Invariant($"together ${costs.Sum(c => c.Cost ?? 0):0.0000} at the list prices of {string.Join(", ", known)}; here: nothing"));
    }

    private static string Used(double quantity, string unit) => unit switch
    {
        "instance-seconds" => FormattableString.Invariant($"{quantity:0.#} s"),
        "bytes" => FormattableString.Invariant($"{quantity / 1024:0.#} KiB"),
        // The table fits eighty columns with this word, and not with the longer one.
        "invocations" => FormattableString.Invariant($"{quantity:0} calls"),
        "byte-hours" => FormattableString.Invariant($"{quantity / (1 << 20):0.###} MiB-hours"),
        _ => FormattableString.Invariant($"{quantity:0} {unit}"),
    };

    private static void Further(IDemoStage stage, bool keep, string folder)
    {
        if (stage.Json) return;
        stage.Say("");
        stage.Say(keep ? $"Still running; in another terminal: eval \"$(isobar env --data {folder})\"" : "Look further: isobar demo --keep leaves it running; isobar up starts your own;");
        stage.Say(keep ? $"then: aws sagemaker list-training-jobs, or isobar jobs --data {folder}. Ctrl-C ends it." : "then eval \"$(isobar env)\" and use boto3, the AWS CLI or any AWS SDK as on AWS.");
    }
}
