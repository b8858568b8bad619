using System.Collections.Concurrent;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>
/// Brings the checkpoints of jobs home while they run, since a cloud that is lost cannot be asked for them, and to the next place when a job moves.
/// They go through the clouds' own objects. In a cluster home is the database that all servers share: whoever takes a project over finds them there.
/// </summary>
internal sealed class Checkpoints(Deliveries deliveries, Events events, ControlPlaneOptions options, TimeProvider time, ISharedFiles? shared = null)
{
    private const long MaxBytes = 2L << 30;
    /// <summary>A database is a dear place for files, and a checkpoint is written anew again and again.</summary>
    private const long MaxSharedBytes = 256L << 20;
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, Dictionary<string, string> Seen)> _mirrored = new();
    private readonly ConcurrentDictionary<string, byte> _tooLarge = new();
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
        var shares = shared is not null && await FitsAsync(cloud, project, model, training, objects.Sum(o => o.Size), ct).ConfigureAwait(false);
        foreach (var one in objects.Where(o => known.Seen.GetValueOrDefault(o.Key) != Mark(o)))
        {
            if (!(await Calls.WithinAsync(options.CallTimeout, c => cloud.Cloud.Objects.GetAsync(at with { Key = one.Key }, c), ct).ConfigureAwait(false)).TryGet(out var content, out _)) return;
            if (Local(project, model, training.Fingerprint, one.Key[at.Key.Length..]) is not { } path) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (content.ConfigureAwait(false))
            await using (var file = File.Create(path + ".part")) await content.CopyToAsync(file, ct).ConfigureAwait(false);
            // One that is half there is none.
            File.Move(path + ".part", path, overwrite: true);
            if (shares) await shared!.ReplaceAsync(Shared(project, model, training.Fingerprint) + Relative(project, model, training.Fingerprint, path), path, ct).ConfigureAwait(false);
            known.Seen[one.Key] = Mark(one);
        }
    }

    /// <summary>Brings what there is to where a job is about to start; gives the number of files.</summary>
    public async Task<Result<int>> RestoreAsync(CloudEntry cloud, string project, string model, TrainingStanding training, CancellationToken ct)
    {
        var folder = Folder(project, model, training.Fingerprint);
        if (!cloud.Cloud.Training.KeepsCheckpoints) return 0;
        await FetchAsync(project, model, training.Fingerprint, ct).ConfigureAwait(false);
        if (!Directory.Exists(folder)) return 0;
        var (at, sent) = (Of(project, model, training.Job), 0);
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(p => !p.EndsWith(".part", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            await using var file = File.OpenRead(path);
            var target = at with { Key = at.Key + Relative(project, model, training.Fingerprint, path) };
            if ((await cloud.Cloud.Objects.PutAsync(target, file, ct: ct).ConfigureAwait(false)).Error is { } refused) return refused;
            sent++;
        }
        return sent;
    }

    /// <summary>Drops those of a training that is over, or of a whole project.</summary>
    public async Task ForgetAsync(string project, string? model, CancellationToken ct)
    {
        if (shared is not null) await shared.DeleteAllAsync(model is null ? $"checkpoints/{project}/" : $"checkpoints/{project}/{model}/", ct).ConfigureAwait(false);
        var folder = model is null ? Path.Combine(_folder, project) : Path.Combine(_folder, project, model);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    // What another server brought home is newer than what lies here: the project is looked after by one at a time, and here by none since.
    private async Task FetchAsync(string project, string model, string fingerprint, CancellationToken ct)
    {
        if (shared is null) return;
        var prefix = Shared(project, model, fingerprint);
        foreach (var name in (await shared.ListAsync(prefix, ct).ConfigureAwait(false)).Keys)
            if (Local(project, model, fingerprint, name[prefix.Length..]) is { } path) await shared.LoadAsync(name, path, ct).ConfigureAwait(false);
    }

    private async Task<bool> FitsAsync(CloudEntry cloud, string project, string model, TrainingStanding training, long bytes, CancellationToken ct)
    {
        if (bytes <= MaxSharedBytes) return true;
        if (_tooLarge.TryAdd(training.Job, 0)) await events.AddAsync("training", project, model, cloud.Name, $"The checkpoints of {training.Job} have {bytes >> 20} MiB, more than the {MaxSharedBytes >> 20} MiB that the cluster keeps: they lie with one server alone.", ct).ConfigureAwait(false);
        return false;
    }

    private static string Shared(string project, string model, string fingerprint) => $"checkpoints/{project}/{model}/{fingerprint[..16]}/";

    private string Relative(string project, string model, string fingerprint, string path) => Path.GetRelativePath(Folder(project, model, fingerprint), path).Replace('\\', '/');

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
