using System.Text.Json.Nodes;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Artifacts through the tracking server: what <c>mlflow-artifacts:/</c> names is read and written here, by its path in the workspace's container.</summary>
internal sealed class ArtifactProxy(RunArtifacts artifacts, IObjectStore objects)
{
    public async Task PutAsync(MlflowCall call, string path)
    {
        var at = Place(call, path);
        // Artifacts are as large as people's models are; the store takes them as they come, and the server's own limit does not hold here.
        if (call.Http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
        var put = await objects.PutAsync(at.Bucket, at.Key, call.Http.Request.Body, new PutOptions { ContentType = call.Http.Request.ContentType, ExpectedLength = call.Http.Request.ContentLength }, call.Ct).ConfigureAwait(false);
        if (put.Error is { } error) throw MlflowFault.Of(error);
        await MlflowRoutes.WriteAsync(call.Http, 200, []).ConfigureAwait(false);
    }

    public async Task GetAsync(MlflowCall call, string path)
    {
        var at = Place(call, path);
        var opened = await objects.OpenAsync(at.Bucket, at.Key, ct: call.Ct).ConfigureAwait(false);
        if (!opened.TryGet(out var open, out var error)) throw error.Code == Core.Results.ErrorCode.NotFound ? MlflowFault.NotFound($"The artifact '{at.Key}'") : MlflowFault.Of(error);
        await using (open)
        {
            call.Http.Response.ContentType = open.Info.ContentType;
            call.Http.Response.ContentLength = open.Length;
            await open.Content.CopyToAsync(call.Http.Response.Body, call.Ct).ConfigureAwait(false);
        }
    }

    public async Task DeleteAsync(MlflowCall call, string path)
    {
        var at = Place(call, path);
        for (string? next = null; ;)
        {
            var listed = await objects.ListAsync(at.Bucket, new ObjectQuery(at.AsFolder().Key, Continue: next), call.Ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out var error)) throw MlflowFault.Of(error);
            foreach (var item in page.Objects) await objects.DeleteAsync(at.Bucket, item.Key, ct: call.Ct).ConfigureAwait(false);
            if ((next = page.Next) is null) break;
        }
        await objects.DeleteAsync(at.Bucket, at.Key, ct: call.Ct).ConfigureAwait(false);
        await MlflowRoutes.WriteAsync(call.Http, 200, []).ConfigureAwait(false);
    }

    /// <summary>Lists a folder; names are told from that folder on, as the proxy's clients expect.</summary>
    public async Task<JsonObject> ListAsync(MlflowCall call)
    {
        var path = RunArtifacts.Check("path", call.Text("path") ?? "");
        var folder = path.Length == 0 ? call.Workspace.At("") : call.Workspace.At(path).AsFolder();
        return new JsonObject { ["files"] = await artifacts.FilesAsync(folder, "", call.Ct).ConfigureAwait(false) };
    }

    private static ObjectLocation Place(MlflowCall call, string path) =>
        RunArtifacts.Check("path", Uri.UnescapeDataString(path)) is { Length: > 0 } key ? call.Workspace.At(key) : throw MlflowFault.Invalid("path", null, "is required");
}
