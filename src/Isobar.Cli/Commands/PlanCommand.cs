using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar plan</c>: what applying a manifest would do and cost.</summary>
internal static class PlanCommand
{
    private static readonly Argument<string> File = new("manifest") { Description = "The manifest, YAML" };

    public static Command Create()
    {
        var command = new Command("plan", "Tell what applying a manifest would change and cost, and why there") { File };
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!(await ManifestFile.ReadAsync(session.Get(File), ct)).TryGet(out var manifest, out var error)) return error;
            manifest = await ManifestFile.DigestAsync(manifest, session.Get(File), ct);
            if (!(await ReadAsync(session, manifest, ct)).TryGet(out var plan, out error)) return error;
            if (session.Json) Output.Json(plan, PlanJson.Default.Plan);
            else Show(plan);
            return null;
        });
        return command;
    }

    public static Task<Result<Plan>> ReadAsync(ControlSession session, Manifest manifest, CancellationToken ct) =>
        session.SendAsync(HttpMethod.Post, "/v1/plans", JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest), PlanJson.Default.Plan, ct);

    public static void Show(Plan plan)
    {
        if (plan.IsEmpty)
        {
            Console.WriteLine($"{plan.Project} stands as the manifest wants it (revision {plan.Revision}): nothing to do.");
            return;
        }
        foreach (var change in plan.Changes)
        {
            var sign = change.Action switch { "create" => "+", "delete" => "-", "none" => " ", _ => "~" };
            Console.WriteLine($"{sign} {change.Action,-7} {change.Kind,-8} {change.Target} in {change.Cloud}{(change.Region.Length > 0 ? $" {change.Region}" : "")}{(change.Sku is { } sku ? $" on {sku}" : "")}{(change.Spot ? ", spot" : "")}{Price(change)}");
            Console.WriteLine($"    {change.Why}");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"once ${plan.Once:0.00##}, monthly ${plan.Monthly:0.00}, at the list prices of the clouds"));
        if (plan.Stopped is { } stopped) Console.WriteLine(stopped);
    }

    private static string Price(Change change) => change.Monthly > 0 ? string.Create(CultureInfo.InvariantCulture, $"  ${change.Monthly:0.00} a month") : change.Once > 0 ? string.Create(CultureInfo.InvariantCulture, $"  ${change.Once:0.00####}") : "";
}
