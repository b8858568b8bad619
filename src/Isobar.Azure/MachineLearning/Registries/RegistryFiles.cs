using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Registries;

/// <summary>Keeps what a registry's assets are made of in the registry itself: a workspace that is deleted takes nothing of them away. Copies move no bytes.</summary>
internal sealed class RegistryFiles(DataUris uris, IObjectStore objects)
{
    private static readonly string[] Fields = ["modelUri", "dataUri", "codeUri"];

    public async Task KeepAsync(MlWorkspace registry, string plural, string name, string version, JsonObject properties, string origin, CancellationToken ct)
    {
        if (Fields.FirstOrDefault(f => properties[f] is not null) is not { } fieldName) return;
        var field = "properties." + fieldName;
        var from = await uris.FileOrFolderAsync(registry, (string)properties[fieldName]!, field, ct).ConfigureAwait(false);
        var root = registry.At($"{plural}/{name}/{version}/");
        if (from.Bucket == registry.Bucket && from.Key.StartsWith(root.Key, StringComparison.Ordinal)) return;
        var kept = root;
        if (from.Key.EndsWith('/'))
        {
            var last = from.Key.TrimEnd('/') is var path ? path[(path.LastIndexOf('/') + 1)..] : "";
            kept = root with { Key = $"{root.Key}{(last.Length > 0 ? last : "files")}/" };
            var listed = await ChannelFilesAsync(from, field, ct).ConfigureAwait(false);
            if (listed.Count == 0) throw ArmFault.Invalid(field, (string?)properties[fieldName], $"there are no files at {from.Bucket.Name}/{from.Key}");
            foreach (var key in listed) await CopyAsync(from.Bucket, key, kept with { Key = kept.Key + key[from.Key.Length..] }, field, ct).ConfigureAwait(false);
        }
        else
        {
            kept = root with { Key = root.Key + from.Key[(from.Key.LastIndexOf('/') + 1)..] };
            await CopyAsync(from.Bucket, from.Key, kept, field, ct).ConfigureAwait(false);
        }
        properties[fieldName] = $"{origin}/{registry.Account}/{registry.Container}/{kept.Key}";
    }

    private async Task<List<string>> ChannelFilesAsync(ObjectLocation folder, string field, CancellationToken ct)
    {
        var found = new List<string>();
        for (string? next = null; ;)
        {
            var listed = await objects.ListAsync(folder.Bucket, new ObjectQuery(folder.Key, Continue: next), ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out var error)) throw ArmFault.Of(error, field);
            found.AddRange(page.Objects.Where(o => !o.Key.EndsWith('/')).Select(o => o.Key));
            if ((next = page.Next) is null) return found;
        }
    }

    private async Task CopyAsync(BucketName from, string key, ObjectLocation to, string field, CancellationToken ct)
    {
        if ((await objects.CopyAsync(from, key, null, to.Bucket, to.Key, ct: ct).ConfigureAwait(false)).Error is { } error) throw ArmFault.Of(error, field);
    }
}
