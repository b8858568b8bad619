using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.MultiCloud.Registry;
using Isobar.Server.Control;

namespace Isobar.Cli.Commands;

/// <summary>Projects, their models and the clouds: <c>projects</c>, <c>destroy</c>, <c>models</c>, <c>promote</c>, <c>rollback</c>, <c>clouds</c>.</summary>
internal static class ProjectCommands
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly string[] ProjectHeadings = ["Project", "Revision", "Model", "What", "Cloud", "State", "Detail"];
    private const int LongestWhy = 160;
    private static readonly string[] ModelHeadings = ["Model", "Version", "Stage", "Cloud", "Created", "SHA 256", "Metrics"];
    private static readonly string[] CloudHeadings = ["Cloud", "Kind", "Region", "Address", "Blocked Until", "Machines Blocked"];

    public static Command Projects()
    {
        var command = new Command("projects", "List projects and how far each has come");
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!(await session.ReadAsync("/v1/projects", ControlJson.Default.IReadOnlyListProjectReply, ct)).TryGet(out var projects, out var error)) return error;
            if (session.Json)
            {
                foreach (var project in projects) Output.Json(project, ControlJson.Default.ProjectReply);
                return null;
            }
            Output.Rows(false, ProjectHeadings, [.. projects.SelectMany(p => p.Models.SelectMany(m => (m.Training is { } t ? new[] { Row(p, m.Model, "training", t.Cloud, t.Phase.ToString(), t.Reason ?? m.Fault ?? t.Why) } : [Row(p, m.Model, "training", "", "Planned", m.Fault ?? "")])
                .Concat((m.Serving ?? []).Select(s => Row(p, m.Model, "endpoint", s.Cloud, s.Phase.ToString(), s.Reason ?? $"version {s.Version} on {s.Sku}")))))], "No projects yet; 'isobar apply' makes one.");
            return null;
        });
        return command;
    }

    public static Command Destroy()
    {
        var name = new Argument<string>("project") { Description = "The project's name" };
        var yes = new Option<bool>("--yes") { Description = "Do it; without it nothing is done" };
        var detach = new Option<bool>("--detach") { Description = "Return at once" };
        var command = new Command("destroy", "Take down everything of a project in every cloud") { name, yes, detach };
        command.Validators.Add(r =>
        {
            if (!r.GetValue(yes)) r.AddError("Everything of the project would be taken down; give --yes to do it.");
        });
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!(await session.SendAsync(HttpMethod.Delete, $"/v1/projects/{Uri.EscapeDataString(session.Get(name))}", null, ControlJson.Default.ProjectReply, ct)).TryGet(out var project, out var error)) return error;
            while (!session.Get(detach))
            {
                var left = await session.ReadAsync($"/v1/projects/{project.Name}", ControlJson.Default.ProjectReply, ct);
                if (left.Error is { Code: ErrorCode.NotFound }) break;
                if (left.Error is { } failed) return failed;
                await Task.Delay(Every, session.Time, ct);
            }
            if (session.Json) Output.Json(new System.Text.Json.Nodes.JsonObject { ["project"] = project.Name, ["state"] = session.Get(detach) ? "leaving" : "gone" });
            else Console.WriteLine(session.Get(detach) ? $"{project.Name} is being taken down." : $"{project.Name} is gone; nothing of it is left in any cloud.");
            return null;
        });
        return command;
    }

    public static Command Models()
    {
        var project = new Argument<string?>("project") { Description = "Of this project alone", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("models", "List versions of models: stage, lineage, metrics, digest") { project };
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!(await session.ReadAsync($"/v1/models/{session.Get(project)}", ControlJson.Default.IReadOnlyListModelVersion, ct)).TryGet(out var versions, out var error)) return error;
            if (session.Json) foreach (var version in versions) Output.Json(version, ControlJson.Default.ModelVersion);
            else Output.Rows(false, ModelHeadings, [.. versions.Select(v => new[]
            {
                $"{v.Project}/{v.Model}", v.Number.ToString(CultureInfo.InvariantCulture), v.Stage.ToString(), v.Lineage.Cloud, v.Created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), v.Sha256[..12],
                string.Join(", ", (v.Metrics ?? new Dictionary<string, double>()).OrderBy(m => m.Key, StringComparer.Ordinal).Take(2).Select(m => $"{m.Key} {m.Value.ToString("0.####", CultureInfo.InvariantCulture)}")),
            })], "No versions yet.");
            return null;
        });
        return command;
    }

    public static Command Promote()
    {
        var model = Model();
        var number = new Argument<int>("version") { Description = "The version's number" };
        var force = new Option<bool>("--force") { Description = "Even though a gate held it back" };
        var command = new Command("promote", "Put a version of a model into production in every cloud that serves it") { model, number, force };
        ControlSession.Serve(command, (session, ct) => ChangeAsync(session, session.Get(model), "promote", JsonSerializer.Serialize(new PromoteRequest(session.Get(number), session.Get(force)), ControlJson.Default.PromoteRequest), ct));
        return command;
    }

    public static Command Rollback()
    {
        var model = Model();
        var command = new Command("rollback", "Put the version before back into production in every cloud that serves it") { model };
        ControlSession.Serve(command, (session, ct) => ChangeAsync(session, session.Get(model), "rollback", null, ct));
        return command;
    }

    public static Command Clouds()
    {
        var command = new Command("clouds", "List the clouds that manifests may name");
        ControlSession.Serve(command, async (session, ct) =>
        {
            if (!(await session.ReadAsync("/v1/clouds", ControlJson.Default.IReadOnlyListCloudReply, ct)).TryGet(out var clouds, out var error)) return error;
            Output.Rows(session.Json, CloudHeadings, [.. clouds.Select(c => new[] { c.Name, c.Kind, c.Region, c.Address ?? (c.Kind == "onprem" ? "this machine" : "the vendor's own"), c.BlockedUntil?.ToString("O", CultureInfo.InvariantCulture) ?? "", string.Join(", ", (c.Machines ?? []).Select(m => $"{m.Sku} in {m.Region}{(m.Spot ? ", spot," : "")} until {m.Until.ToString("u", CultureInfo.InvariantCulture)}")) })], "There are no clouds.");
            return null;
        });
        return command;
    }

    private static Argument<string> Model()
    {
        var model = new Argument<string>("model") { Description = "As project/model" };
        model.Validators.Add(r =>
        {
            if (ModelName.Fault(r.GetValueOrDefault<string>()) is { } fault) r.AddError(fault);
        });
        return model;
    }

    private static async Task<Error?> ChangeAsync(ControlSession session, string model, string verb, string? json, CancellationToken ct)
    {
        if (!(await session.SendAsync(HttpMethod.Post, $"/v1/models/{model}/{verb}", json, ControlJson.Default.ModelVersion, ct)).TryGet(out var version, out var error)) return error;
        if (session.Json) Output.Json(version, ControlJson.Default.ModelVersion);
        else Console.WriteLine($"Version {version.Number} of {model} is in production; the clouds follow.");
        return null;
    }

    // A vendor's library may tell a page of what it tried; --json has it whole.
    private static string Short(string why) => why.Split('\n')[0].TrimEnd('\r') is var line && line.Length > LongestWhy ? line[..LongestWhy] + "…" : line;

    private static string[] Row(ProjectReply p, string model, string what, string cloud, string state, string detail) => [p.Name, p.Revision.ToString(CultureInfo.InvariantCulture), model, what, cloud, p.Leaving ? "Leaving" : state, Short(detail)];
}
