using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.Server.Control;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar apply</c>: makes what is so what the manifest wants, and waits until it is.</summary>
internal static class ApplyCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly Argument<string> File = new("manifest") { Description = "The manifest, YAML" };
    private static readonly Option<bool> Detach = new("--detach") { Description = "Return at once; 'isobar projects' tells the rest" };

    public static Command Create()
    {
        var command = new Command("apply", "Apply a manifest: train where it is cheapest, serve where it is wanted, and keep it so") { File, Detach };
        ControlSession.Serve(command, RunAsync);
        return command;
    }

    // 1. read and check; 2. the plan; 3. the files; 4. what is wanted is written down; 5. wait until it is so.
    private static async Task<Error?> RunAsync(ControlSession session, CancellationToken ct)
    {
        // 1.
        var path = session.Get(File);
        if (!(await ManifestFile.ReadAsync(path, ct)).TryGet(out var manifest, out var error)) return error;
        manifest = await ManifestFile.DigestAsync(manifest, path, ct);
        // 2.
        if (!(await PlanCommand.ReadAsync(session, manifest, ct)).TryGet(out var plan, out error)) return error;
        if (!session.Json) PlanCommand.Show(plan);
        // 3.
        foreach (var set in (manifest.Data?.Values ?? []).Where(d => d.Path is not null))
            if ((await session.UploadAsync(set.Sha256!, ManifestFile.Beside(path, set.Path!), ct)).Error is { } refused) return refused;
        foreach (var code in (manifest.Models?.Values ?? []).Select(m => m.Training?.Code).OfType<CodeWish>())
        {
            await using var pack = CodePack.Open(ManifestFile.Beside(path, code.Path));
            if ((await session.UploadAsync(code.Sha256!, pack, ct)).Error is { } unsent) return unsent;
        }
        // 4.
        var json = JsonSerializer.Serialize(manifest, ManifestJson.Default.Manifest);
        if (!(await session.SendAsync(HttpMethod.Put, $"/v1/projects/{manifest.Name}", json, ControlJson.Default.ProjectReply, ct)).TryGet(out var project, out error)) return error;
        if (session.Get(Detach))
        {
            if (session.Json) Output.Json(project, ControlJson.Default.ProjectReply);
            return null;
        }
        // 5.
        if (!(await UntilSettledAsync(session, project, ct)).TryGet(out project, out error)) return error;
        if (session.Json) Output.Json(project, ControlJson.Default.ProjectReply);
        else Console.WriteLine($"{project.Name} stands as the manifest wants it (revision {project.Revision}).");
        return null;
    }

    private static async Task<Result<ProjectReply>> UntilSettledAsync(ControlSession session, ProjectReply project, CancellationToken ct)
    {
        var told = new Dictionary<string, string>();
        if (project.Settled) return project;
        while (!project.Settled)
        {
            foreach (var model in project.Models)
            {
                if (!session.Json) Tell(model, told);
                if (Standing.Obstacle(model) is { } obstacle && Standing.IsOf(project.Manifest, model)) return new Error(ErrorCode.FailedPrecondition, $"{model.Model}: {obstacle}");
            }
            if (project.Stopped is { } stopped) return new Error(ErrorCode.FailedPrecondition, $"{project.Name} waits: {stopped} It goes on by itself next month, or when its budget is raised.");
            await Task.Delay(Every, session.Time, ct);
            if (!(await session.ReadAsync($"/v1/projects/{project.Name}", ControlJson.Default.ProjectReply, ct)).TryGet(out var next, out var error)) return error;
            project = next;
        }
        if (!session.Json) foreach (var model in project.Models) Tell(model, told);
        return project;
    }

    private static void Tell(ModelStanding model, Dictionary<string, string> told)
    {
        if (model.Training is { } training) Line($"{model.Model}/training", $"{training.Cloud}: {training.Job} {training.Phase}{(training.Version is { } version ? $", version {version}" : "")}{(training.Reason is { } reason ? $": {reason}" : "")}");
        foreach (var serving in model.Serving ?? []) Line($"{model.Model}/{serving.Cloud}", $"{serving.Endpoint} version {serving.Version} {serving.Phase}{(serving.Reason is { } reason ? $": {reason}" : "")}");
        if (model.Trial is { } trial) Line($"{model.Model}/trial", trial.Ending ? $"version {trial.Serving.Version} is no longer tried" : $"version {trial.Serving.Version} in {trial.Serving.Cloud} {trial.Serving.Phase}{(trial.Percent > 0 ? string.Create(CultureInfo.InvariantCulture, $", {trial.Percent:0.#} % of the traffic") : "")}{(trial.Serving.Reason is { } why ? $": {why}" : "")}");
        if (model.Fault is { } fault) Line($"{model.Model}/fault", fault);

        void Line(string key, string text)
        {
            if (told.GetValueOrDefault(key) == text) return;
            told[key] = text;
            Console.WriteLine($"  {key}  {text}");
        }
    }
}
