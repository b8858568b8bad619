using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;
using Isobar.Engine.Tracking;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>
/// Where runs' artifacts lie: below <c>ExperimentRun/dcid.RUN</c> of the workspace's own container, as a job's outputs and logs do, or where the experiment
/// says. Clients reach them through the tracking server, at <c>mlflow-artifacts:/</c> followed by the place in the container.
/// </summary>
internal sealed partial class RunArtifacts(ITrackingStore tracking, DataUris uris, IObjectStore objects)
{
    public const string Scheme = "mlflow-artifacts:/";
    private const int MostListed = 10_000;

    public async Task<string> UriAsync(MlflowCall call, TrackedRun run)
    {
        var chosen = (await tracking.FindExperimentAsync(call.Scope, run.ExperimentId, call.Ct).ConfigureAwait(false))?.ArtifactLocation;
        return chosen is null ? Scheme + JobNames.Artifacts(run.Id).TrimEnd('/') : $"{chosen}/{run.Id}/artifacts";
    }

    /// <summary>The place that an artifact's URI names.</summary>
    public async Task<ObjectLocation> ResolveAsync(MlWorkspace workspace, string uri, string field, CancellationToken ct)
    {
        if (Proxied().Match(uri) is { Success: true } proxied) return workspace.At(Check(field, Uri.UnescapeDataString(proxied.Groups["path"].Value)));
        if (OfRun().Match(uri) is { Success: true } run) return workspace.At(Check(field, JobNames.Artifacts(run.Groups["run"].Value) + run.Groups["path"].Value.TrimStart('/')));
        try { return await uris.ResolveAsync(workspace, uri, field, ct).ConfigureAwait(false); }
        catch (ArmFault fault) { throw MlflowFault.Of(fault); }
    }

    /// <summary>The URI by which MLflow's clients read a place.</summary>
    public static string Show(MlWorkspace workspace, ObjectLocation place) => place.Bucket == workspace.Bucket ? Scheme + place.Key.TrimEnd('/') : $"azureml://{place.Bucket.Name}/{place.Key}";

    public async Task<JsonObject> ListAsync(MlflowCall call, TrackedRun run)
    {
        var uri = await UriAsync(call, run).ConfigureAwait(false);
        var root = (await ResolveAsync(call.Workspace, uri, "artifact_uri", call.Ct).ConfigureAwait(false)).AsFolder();
        return new JsonObject { ["root_uri"] = uri, ["files"] = await FilesAsync(root, Check("path", call.Text("path") ?? ""), call.Ct).ConfigureAwait(false) };
    }

    /// <summary>Files and folders directly in a folder, named from the root on.</summary>
    public async Task<JsonArray> FilesAsync(ObjectLocation root, string path, CancellationToken ct)
    {
        var folder = path.Length == 0 ? root : root.Below(path).AsFolder();
        var files = new JsonArray();
        for (string? next = null; ;)
        {
            var listed = await objects.ListAsync(folder.Bucket, new ObjectQuery(folder.Key, "/", Continue: next), ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out var error)) throw MlflowFault.Of(error);
            foreach (var prefix in page.CommonPrefixes) files.Add((JsonNode)new JsonObject { ["path"] = prefix[root.Key.Length..].TrimEnd('/'), ["is_dir"] = true });
            foreach (var item in page.Objects.Where(o => !o.Key.EndsWith('/'))) files.Add((JsonNode)new JsonObject { ["path"] = item.Key[root.Key.Length..], ["is_dir"] = false, ["file_size"] = item.Size });
            if (files.Count > MostListed) throw new MlflowFault(400, "INVALID_PARAMETER_VALUE", $"The folder '{path}' has more than {MostListed} files.");
            if ((next = page.Next) is null) return files;
        }
    }

    public static string Check(string field, string path)
    {
        path = path.Trim('/');
        return path.Split('/').Any(p => p is ".." or ".") || path.Contains('\\') || path.Contains('\0') ? throw MlflowFault.Invalid(field, path, "must be a path below the root, without '..'") : path;
    }

    [GeneratedRegex("^mlflow-artifacts:(//[^/]*)?/(?<path>.*)$")]
    private static partial Regex Proxied();

    [GeneratedRegex("^(runs:/(?<run>[^/]+)|azureml://([^/]+/.*)?experiments/[^/]+/runs/(?<run>[^/]+)/artifacts)(?<path>(/.*)?)$")]
    private static partial Regex OfRun();
}
