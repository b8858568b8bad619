using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Engine.Training;

/// <summary>The folders that a job shares with the object store while it runs: its checkpoints, and the outputs that are mounted.</summary>
internal sealed class SharedFolders
{
    private readonly IReadOnlyList<FolderSync> _folders;

    public SharedFolders(TrainingSpec spec, JobFolder folder, IObjectStore objects) => _folders =
    [
        .. spec.Checkpoints is { } location ? [new FolderSync(objects, location, folder.Checkpoints)] : Array.Empty<FolderSync>(),
        .. spec.Outputs.Where(o => o.Mounted).Select(o => new FolderSync(objects, o.Target, folder.Rewrite(o.LocalPath))),
    ];

    public bool Any => _folders.Count > 0;

    public Task<Result<Done>> DownloadAsync(CancellationToken ct) => EachAsync(f => f.DownloadAsync(ct));

    /// <summary>Stores what changed since the last call.</summary>
    public Task<Result<Done>> UploadAsync(CancellationToken ct) => EachAsync(f => f.UploadAsync(ct));

    private async Task<Result<Done>> EachAsync(Func<FolderSync, Task<Result<Done>>> act)
    {
        foreach (var folder in _folders)
            if ((await act(folder).ConfigureAwait(false)).Error is { } error) return error;
        return Done.Value;
    }
}
