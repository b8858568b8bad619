using System.Formats.Tar;
using System.IO.Compression;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Data sets that come of other trainings of the manifest.</summary>
internal sealed class Derived(IControlStore store, Versions versions, Artifacts artifacts)
{
    /// <summary>What a training waits for; null: all that it reads from is done. A failure there is told as one here.</summary>
    public async Task<(bool Waits, string? Fault)> WaitsAsync(Manifest manifest, TrainingWish training, CancellationToken ct)
    {
        foreach (var before in ModelGraph.Before(manifest, training))
        {
            var standing = (await store.GetAsync(Kinds.Models, Names.Standing(manifest.Name, before), ct).ConfigureAwait(false))?.Value.Training;
            if (standing?.Fingerprint != Names.Fingerprint(manifest, manifest.Models![before].Training!)) return (true, null);
            if (standing.Phase == Phase.Failed) return (true, $"{before}, whose training makes its data, failed: {standing.Reason}");
            if (standing.Phase != Phase.Done) return (true, null);
        }
        return (false, null);
    }

    /// <summary>Opens a data set that was uploaded, or that another training has made.</summary>
    public async Task<Result<Stream>> OpenAsync(Manifest manifest, DataSet set, CancellationToken ct) =>
        (await ResolveAsync(manifest, set, ct).ConfigureAwait(false)).TryGet(out var file, out var error) ? await artifacts.OpenAsync(file.Sha256!, ct).ConfigureAwait(false) : error;

    /// <summary>The data set as a file that was uploaded, taken out of what the training left.</summary>
    public async Task<Result<DataSet>> ResolveAsync(Manifest manifest, DataSet set, CancellationToken ct)
    {
        if (set.From is not { } from) return set;
        if ((await store.GetAsync(Kinds.Models, Names.Standing(manifest.Name, from), ct).ConfigureAwait(false))?.Value.Training?.Version is not { } number) return new Error(ErrorCode.FailedPrecondition, $"The training of {from} is not done.");
        if (!(await versions.GetAsync(manifest.Name, from, number, ct).ConfigureAwait(false)).TryGet(out var version, out var error)) return error;
        if (!(await artifacts.OpenAsync(version.Sha256, ct).ConfigureAwait(false)).TryGet(out var packed, out error)) return error;
        await using (packed.ConfigureAwait(false))
        {
            var names = new List<string>();
            try
            {
                await using var tar = new TarReader(new GZipStream(packed, CompressionMode.Decompress));
                while (await tar.GetNextEntryAsync(cancellationToken: ct).ConfigureAwait(false) is { } entry)
                {
                    var name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                    if (entry.DataStream is null) continue;
                    names.Add(name);
                    if (name != set.File) continue;
                    return (await artifacts.PutAsync(entry.DataStream, ct: ct).ConfigureAwait(false)).Map(sha256 => set with { From = null, Path = set.File, Sha256 = sha256 });
                }
            }
            catch (InvalidDataException e)
            {
                return new Error(ErrorCode.DataLoss, $"What {from} left is no tar.gz: {e.Message}");
            }
            return Error.Invalid("file", set.File, $"The training of {from} left no {set.File}; there are {string.Join(", ", names)}.");
        }
    }
}
