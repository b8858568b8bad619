using System.Collections.Concurrent;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>
/// Brings the checkpoints of jobs home while they run, since a cloud that is lost cannot be asked for them, and to the next place when a job moves.
/// They go through the clouds' own objects.
/// </summary>
internal sealed class Checkpoints(Deliveries deliveries, ControlPlaneOptions options, TimeProvider time)
{
    private const long MaxBytes = 2L << 30;
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, Dictionary<string, string> Seen)> _mirrored = new();
    private readonly string _folder = Path.Combine(options.Directory, "checkpoints");

    /// <summary>Fetches what is new; a failure is no reason to give up the job, and the next time tries again.</summary>
    public async Task MirrorAsync(CloudEntry cloud, string project, string model, TrainingStanding training, CancellationToken ct, bool now = false)
    {
        if (!cloud.Cloud.Training.KeepsCheckpoints || training.Search is not null) return;
        var known = _mirrored.GetOrAdd(training.Job, _ => (default, []));
        if (!now && time.GetUtcNow() - known.At < options.CheckpointEvery) return;
        _mirrored[training.Job] = (time.GetUtcNow(), known.Seen);
        var at = Of(project, model, training.Job);
        var listed = await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Objects.ListAsync(at, c), ct).ConfigureAwait(false);
        if (!listed.TryGet(out var objects, out _) || objects.Sum(o => o.Size) > MaxBytes) return;
        foreach (var one in objects.Where(o => known.Seen.GetValueOrDefault(o.Key) != Mark(o)))
        {
            if (!(await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Objects.GetAsync(at with { Key = one.Key }, c), ct).ConfigureAwait(false)).TryGet(out var content, out _)) return;
            if (Local(project, model, training.Fingerprint, one.Key[at.Key.Length..]) is not { } path) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (content.ConfigureAwait(false))
            await using (var file = File.Create(path + ".part")) await content.CopyToAsync(file, ct).ConfigureAwait(false);
            // One that is half there is none.
            File.Move(path + ".part", path, overwrite: true);
            known.Seen[one.Key] = Mark(one);
        }
    }

    /// <summary>Brings what there is to where a job is about to start; gives the number of files.</summary>
    public async Task<Result<int>> RestoreAsync(CloudEntry cloud, string project, string model, TrainingStanding training, CancellationToken ct)
    {
        var folder = Folder(project, model, training.Fingerprint);
        if (!cloud.Cloud.Training.KeepsCheckpoints || !Directory.Exists(folder)) return 0;
        var (at, sent) = (Of(project, model, training.Job), 0);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(p => !p.EndsWith(".part", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            await using var file = File.OpenRead(path);
            var target = at with { Key = at.Key + Path.GetRelativePath(folder, path).Replace('\\', '/') };
            if ((await cloud.Cloud.Objects.PutAsync(target, file, ct: ct).ConfigureAwait(false)).Error is { } refused) return refused;
            sent++;
        }
        return sent;
    }

    /// <summary>Drops those of a training that is over, or of a whole project.</summary>
    public void Forget(string project, string? model = null)
    {
        var folder = model is null ? Path.Combine(_folder, project) : Path.Combine(_folder, project, model);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private DataLocation Of(string project, string model, string job) => new(deliveries.Bucket(project), $"jobs/{model}/{job}/checkpoints/");

    private string Folder(string project, string model, string fingerprint) => Path.Combine(_folder, project, model, fingerprint[..16]);

    // What a cloud lists is not trusted to stay below the folder.
    private string? Local(string project, string model, string fingerprint, string relative)
    {
        var folder = Folder(project, model, fingerprint) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(folder, relative));
        return relative.Length > 0 && !relative.EndsWith('/') && path.StartsWith(Path.GetFullPath(folder), StringComparison.Ordinal) ? path : null;
    }

    private static string Mark(StoredObject o) => $"{o.ETag} {o.Size} {o.Modified.UtcTicks}";
}
