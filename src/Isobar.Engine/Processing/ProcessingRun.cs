using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Objects;
using Isobar.Engine.Processes;
using Isobar.Engine.Training;

namespace Isobar.Engine.Processing;

/// <summary>One run of a processing job.</summary>
internal sealed class ProcessingRun(ProcessingSpec spec, JobFolder folder, IObjectStore objects, ILogStore logs, EngineOptions options, TimeProvider time)
{
    private const string Root = "/opt/ml/";
    private const int MaxMessage = 1024;
    private static readonly TimeSpan UploadInterval = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, (long, DateTime)> _uploaded = [];

    // 1. fetch the inputs; 2. run the child; 3. store the outputs.
    public async Task<(JobState State, string? Reason, string? Message, TimeSpan Duration)> RunAsync(Func<JobState, Task> onState, CancellationToken stop)
    {
        // 1.
        await onState(JobState.Downloading).ConfigureAwait(false);
        folder.ResetForAttempt();
        foreach (var (path, what) in spec.Inputs.Select(i => (i.LocalPath, $"input {i.Name}")).Concat(spec.Outputs.Select(o => (o.LocalPath, $"output {o.Name}"))))
        {
            if (!path.StartsWith(Root, StringComparison.Ordinal) || ChannelDownload.SafePath(folder.Ml, path[Root.Length..]) is not { } local)
                return (JobState.Failed, $"ClientError: the local path '{path}' of {what} does not lie below {Root}processing.", null, TimeSpan.Zero);
            Directory.CreateDirectory(local);
        }
        foreach (var input in spec.Inputs)
        {
            var fetched = await ChannelDownload.RunAsync(objects, new ChannelSpec(input.Name, input.Source), folder.Rewrite(input.LocalPath), stop).ConfigureAwait(false);
            if (!fetched.IsOk) return (JobState.Failed, fetched.Error.Message, null, TimeSpan.Zero);
        }

        // 2.
        await onState(JobState.Running).ConfigureAwait(false);
        using var uploading = new CancellationTokenSource();
        var upload = spec.Outputs.Any(o => o.Continuous) ? UploadWhileRunningAsync(uploading.Token) : Task.CompletedTask;
        var outcome = await SupervisedRun.RunAsync(Command(), new RunLimits(spec.MaxRunTime, options.StopGracePeriod), line => logs.Append(spec.Log, time.GetUtcNow(), line),
            child => File.WriteAllText(folder.ChildFile, $"{child.Id} {ChildProcess.StartTime(child.Id)}"), time, stop).ConfigureAwait(false);
        File.Delete(folder.ChildFile);
        await uploading.CancelAsync().ConfigureAwait(false);
        await upload.ConfigureAwait(false);
        var message = ReadMessage();
        if (outcome.End == RunEnd.NotStarted) return (JobState.Failed, $"ClientError: {outcome.Reason}", message, TimeSpan.Zero);

        // 3.
        await onState(JobState.Uploading).ConfigureAwait(false);
        if (await StoreAsync(spec.Outputs, CancellationToken.None).ConfigureAwait(false) is { } error)
            return (JobState.Failed, $"ClientError: output could not be stored: {error.Message}", message, outcome.Duration);
        return outcome.End switch
        {
            RunEnd.Exited when outcome.ExitCode == 0 => (JobState.Completed, null, message, outcome.Duration),
            RunEnd.Exited => (JobState.Failed, $"AlgorithmError: {(message is { Length: > 0 } ? message : "the program ended without success; its log says more")}, exit code: {outcome.ExitCode}", message, outcome.Duration),
            RunEnd.TimedOut => (JobState.Stopped, "MaxRuntimeExceeded", message, outcome.Duration),
            _ => (JobState.Stopped, null, message, outcome.Duration),
        };
    }

    /// <summary>Drops the run's folders: what is to stay was stored.</summary>
    public void Clear() => folder.Clear();

    private ChildCommand Command()
    {
        var variables = spec.Environment.ToDictionary(e => e.Key, e => folder.Rewrite(e.Value));
        variables["PYTHONUNBUFFERED"] = "1";
        variables["PROCESSING_JOB_NAME"] = spec.Name;
        IEnumerable<string> command = spec.BuiltIn is { } name ? [.. options.WorkerCommand, "worker", "process", "--dir", folder.Ml, "--name", name] : spec.Command.Select(folder.Rewrite);
        return new ChildCommand([.. command], folder.Ml, variables, spec.BuiltIn is null ? folder.Ml : null);
    }

    private async Task UploadWhileRunningAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(UploadInterval, time, ct).ConfigureAwait(false);
                await StoreAsync(spec.Outputs.Where(o => o.Continuous), ct).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException) { /* The end of the run stores what is left. */ }
    }

    private async Task<Error?> StoreAsync(IEnumerable<ProcessingOutput> outputs, CancellationToken ct)
    {
        foreach (var output in outputs)
        {
            var source = folder.Rewrite(output.LocalPath);
            foreach (var path in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList())
            {
                var info = new FileInfo(path);
                if (_uploaded.GetValueOrDefault(path) == (info.Length, info.LastWriteTimeUtc)) continue;
                await using var content = File.OpenRead(path);
                var put = await objects.PutAsync(output.Target.Bucket, output.Target.Below(Path.GetRelativePath(source, path).Replace('\\', '/')).Key, content, null, ct).ConfigureAwait(false);
                if (!put.IsOk) return put.Error;
                _uploaded[path] = (info.Length, info.LastWriteTimeUtc);
            }
        }
        return null;
    }

    private string? ReadMessage()
    {
        var file = Path.Combine(folder.Output, "message");
        if (!File.Exists(file)) return null;
        var text = File.ReadAllText(file).Trim();
        return text.Length > MaxMessage ? text[..MaxMessage] : text;
    }
}
