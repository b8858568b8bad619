using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Processes;

namespace Isobar.Engine.Training;

/// <summary>How an attempt ended.</summary>
internal sealed record AttemptOutcome(JobState State, string? Reason, bool TimedOut, bool Interrupted, TimeSpan RunTime, bool HasModel, IReadOnlyList<JobMetric> Metrics);

/// <summary>One attempt at a job.</summary>
internal sealed class TrainingRun(TrainingSpec spec, int attempt, JobFolder folder, IObjectStore objects, ILogStore logs, EngineOptions options, TimeProvider time, LocalAddresses? addresses = null)
{
    private static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(3), MetricInterval = TimeSpan.FromSeconds(1);
    private const int MaxFailureLength = 1024;
    private readonly MetricReader _metrics = new(spec.Metrics, folder.MetricsFile, time);
    private readonly SharedFolders _shared = new(spec, folder, objects);
    private readonly LogUpload? _lines = spec.LogObject is { } target ? new LogUpload(objects, target, folder.LogFile) : null;

    // 1. fetch the code, the channels and the folders that it shares; 2. write the contract's files; 3. run the child; 4. judge how it ended;
    // 5. store the model, the output and what is new in the shared folders.
    public async Task<AttemptOutcome> RunAsync(TimeSpan maxRunTime, TimeSpan? interruptAfter, Func<JobState, string, Task> onState, CancellationToken stop)
    {
        var outcome = await AttemptAsync(maxRunTime, interruptAfter, onState, stop).ConfigureAwait(false);
        if (_lines is null || outcome.Interrupted) return outcome;
        if (outcome.Reason is { } reason) _lines.Append(reason);
        await _lines.StoreAsync(CancellationToken.None).ConfigureAwait(false);
        // The object has them now.
        File.Delete(folder.LogFile);
        return outcome;
    }

    private async Task<AttemptOutcome> AttemptAsync(TimeSpan maxRunTime, TimeSpan? interruptAfter, Func<JobState, string, Task> onState, CancellationToken stop)
    {
        // 1.
        await onState(JobState.Downloading, "Downloading the training data").ConfigureAwait(false);
        folder.ResetForAttempt();
        if (await FetchAsync(stop).ConfigureAwait(false) is { } missing) return Failed(missing.Message);
        if (stop.IsCancellationRequested) return new AttemptOutcome(JobState.Stopped, null, false, false, TimeSpan.Zero, false, []);

        // 2.
        await ContainerContract.WriteConfigAsync(spec, folder, CancellationToken.None).ConfigureAwait(false);
        var variables = ContainerContract.Variables(spec, folder);
        if (spec.Origin is { Length: > 0 } origin && addresses is not null) await addresses.RenewAsync(variables, spec.Owner, origin, stop).ConfigureAwait(false);
        var command = Command(variables);

        // 3.
        await onState(JobState.Running, "Training").ConfigureAwait(false);
        using var syncing = new CancellationTokenSource();
        var sync = _shared.Any || _lines is not null ? SyncAsync(syncing.Token) : Task.CompletedTask;
        var file = spec.MetricFile is { } path ? new MetricFile(folder.Rewrite(path), _metrics) : null;
        var watch = file is null ? Task.CompletedTask : WatchAsync(file, syncing.Token);
        var outcome = await SupervisedRun.RunAsync(command, new RunLimits(maxRunTime, options.StopGracePeriod, interruptAfter), Log,
            child => File.WriteAllText(folder.ChildFile, $"{child.Id} {ChildProcess.StartTime(child.Id)}"), time, stop).ConfigureAwait(false);
        File.Delete(folder.ChildFile);
        await syncing.CancelAsync().ConfigureAwait(false);
        await sync.ConfigureAwait(false);
        await watch.ConfigureAwait(false);
        file?.Read();

        // 4.
        if (outcome.End == RunEnd.NotStarted) return Failed($"ClientError: {outcome.Reason}");
        if (outcome.End == RunEnd.Exited && outcome.ExitCode != 0)
        {
            await _shared.UploadAsync(CancellationToken.None).ConfigureAwait(false);
            await OutputsAsync().ConfigureAwait(false);
            return Failed(FailureReason(outcome.ExitCode)) with { RunTime = outcome.Duration, Metrics = _metrics.Last };
        }
        if (outcome.End == RunEnd.Interrupted)
        {
            await _shared.UploadAsync(CancellationToken.None).ConfigureAwait(false);
            return new AttemptOutcome(JobState.Queued, null, false, true, outcome.Duration, false, _metrics.Last);
        }

        // 5.
        await onState(JobState.Uploading, "Uploading generated training model").ConfigureAwait(false);
        var stored = await StoreAsync().ConfigureAwait(false);
        if (!stored.TryGet(out var hasModel, out var error)) return Failed($"ClientError: Artifact upload failed: {error.Message}") with { RunTime = outcome.Duration, Metrics = _metrics.Last };
        var state = outcome.End == RunEnd.Exited ? JobState.Completed : JobState.Stopped;
        return new AttemptOutcome(state, null, outcome.End == RunEnd.TimedOut, false, outcome.Duration, hasModel, _metrics.Last);
    }

    /// <summary>Adds values that the program tells otherwise than by its lines.</summary>
    public void Add(IReadOnlyList<JobMetric> metrics)
    {
        foreach (var metric in metrics) _metrics.Add(metric);
    }

    /// <summary>Drops the run's folders; metrics stay.</summary>
    public void Clear() => folder.Clear();

    private void Log(string line)
    {
        var shown = _metrics.Read(line);
        logs.Append(spec.Log, time.GetUtcNow(), shown);
        _lines?.Append(shown);
    }

    private static AttemptOutcome Failed(string reason) => new(JobState.Failed, reason, false, false, TimeSpan.Zero, false, []);

    private async Task<Error?> FetchAsync(CancellationToken stop)
    {
        try
        {
            foreach (var channel in spec.Channels)
            {
                var path = channel.LocalFolder is { } own ? ChannelDownload.SafePath(folder.Ml, Path.GetRelativePath(folder.Ml, folder.Rewrite(own))) : ChannelDownload.SafePath(folder.Input, channel.Name);
                if (path is null) return new Error(ErrorCode.InvalidArgument, $"The channel name '{channel.Name}' is not a folder's name.");
                if ((await ChannelDownload.RunAsync(objects, channel, path, stop).ConfigureAwait(false)).Error is { } error) return error;
            }
            if (spec.Program is ScriptProgram { SourceFolder: { } sources } && (await ChannelDownload.RunAsync(objects, new ChannelSpec("code", sources), folder.Code, stop).ConfigureAwait(false)).Error is { } absent) return absent;
            foreach (var path in spec.Folders) Directory.CreateDirectory(folder.Rewrite(path));
            if (spec.Program is ScriptProgram { Source: { } source } && await UnpackAsync(source, stop).ConfigureAwait(false) is { } broken) return broken;
            return (await _shared.DownloadAsync(stop).ConfigureAwait(false)).Error;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (IOException e)
        {
            return new Error(ErrorCode.ResourceExhausted, $"ClientError: Data download failed: {e.Message}");
        }
    }

    private async Task<Error?> UnpackAsync(ObjectLocation source, CancellationToken ct)
    {
        var opened = await objects.OpenAsync(source.Bucket, source.Key, ct: ct).ConfigureAwait(false);
        if (!opened.TryGet(out var archive, out var error)) return new Error(error.Code, $"ClientError: the source code could not be fetched: {error.Message}");
        await using (archive)
        {
            var unpacked = await new ArchiveUnpacker(new PackageLimits()).UnpackAsync(archive.Content, folder.Code, ct).ConfigureAwait(false);
            return unpacked.Error is { } bad ? bad with { Message = $"ClientError: the source code {source.Key} cannot be unpacked. {bad.Message}" } : null;
        }
    }

    private ChildCommand Command(Dictionary<string, string> variables)
    {
        if (spec.Program is ScriptProgram script)
            return new ChildCommand([.. script.Command.Select(folder.Rewrite)], script.StartsInCode || Directory.EnumerateFileSystemEntries(folder.Code).Any() ? folder.Code : folder.Ml, variables, folder.Ml);
        var program = (AlgorithmProgram)spec.Program;
        var request = JsonSerializer.Deserialize(program.RequestJson, AlgorithmsJson.Default.TrainingRequest)!;
        File.WriteAllText(folder.RequestFile, JsonSerializer.Serialize(request with { Algorithm = program.Algorithm }, AlgorithmsJson.Default.TrainingRequest));
        // LightGBM's threads would spin while they wait for each other: on a busy machine that cost a fit six times its processor time.
        variables.TryAdd("OMP_WAIT_POLICY", "passive");
        return new ChildCommand([.. options.WorkerCommand, "worker", "train", "--dir", folder.Ml], folder.Ml, variables);
    }

    private async Task SyncAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(CheckpointInterval, time, ct).ConfigureAwait(false);
                try
                {
                    await _shared.UploadAsync(ct).ConfigureAwait(false);
                    if (_lines is not null) await _lines.StoreAsync(ct).ConfigureAwait(false);
                }
                catch (IOException) { /* A file that the program took away, or holds for itself, meanwhile: the next turn finds what is there. */ }
            }
        }
        catch (OperationCanceledException) { /* The end of the run stores what is left. */ }
    }

    private async Task WatchAsync(MetricFile file, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(MetricInterval, time, ct).ConfigureAwait(false);
                file.Read();
            }
        }
        catch (OperationCanceledException) { /* The end of the run reads what is left. */ }
    }

    private Task<Result<Done>> OutputsAsync() => new FolderUpload(objects, folder).StoreAsync(spec.Outputs.Where(o => !o.Mounted));

    private async Task<Result<bool>> StoreAsync()
    {
        if ((await _shared.UploadAsync(CancellationToken.None).ConfigureAwait(false)).Error is { } failed) return failed;
        if ((await OutputsAsync().ConfigureAwait(false)).Error is { } lost) return lost;
        var hasModel = Directory.EnumerateFiles(folder.Model, "*", SearchOption.AllDirectories).Any();
        if (hasModel && spec.ModelOutput is { } model && (await PutAsync(folder.Model, model).ConfigureAwait(false)).Error is { } error) return error;
        if (spec.DataOutput is { } data && Directory.EnumerateFiles(folder.OutputData, "*", SearchOption.AllDirectories).Any()
            && (await PutAsync(folder.OutputData, data).ConfigureAwait(false)).Error is { } other) return other;
        return hasModel && spec.ModelOutput is not null;
    }

    private async Task<Result<ObjectInfo>> PutAsync(string source, ObjectLocation target)
    {
        var packed = Path.Combine(folder.Root, "packed.tar.gz");
        await TarGz.PackAsync(source, packed, CancellationToken.None).ConfigureAwait(false);
        await using (var content = File.OpenRead(packed))
        {
            var put = await objects.PutAsync(target.Bucket, target.Key, content, new PutOptions { ContentType = "application/x-tar" }).ConfigureAwait(false);
            if (!put.IsOk) return put;
        }
        File.Delete(packed);
        return (await objects.HeadAsync(target.Bucket, target.Key).ConfigureAwait(false));
    }

    private string FailureReason(int exitCode)
    {
        var text = File.Exists(folder.FailureFile) ? File.ReadAllText(folder.FailureFile).Trim() : "";
        if (text.Length > MaxFailureLength) text = text[..MaxFailureLength];
        return $"AlgorithmError: {(text.Length > 0 ? text : "the program ended without success; its log says more")}, exit code: {exitCode}";
    }

    /// <summary>Whether, and when, this attempt's spot machine is taken away: the same for the same job and attempt.</summary>
    public TimeSpan? Interruption()
    {
        if (spec.Spot is null || options.SpotInterruptionRate <= 0) return null;
        var random = new Random(StableHash($"{spec.Id}#{attempt}"));
        return random.NextDouble() < options.SpotInterruptionRate ? TimeSpan.FromSeconds(random.NextDouble() * 3) : null;
    }

    private static int StableHash(string text) => (int)System.IO.Hashing.XxHash32.HashToUInt32(System.Text.Encoding.UTF8.GetBytes(text));
}
