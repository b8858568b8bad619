using System.Collections.Concurrent;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;

namespace Isobar.Server.Dashboard.Reads;

/// <summary>What a cloud told, or why it did not.</summary>
internal sealed record CloudRead<T>(CloudEntry Cloud, IReadOnlyList<T> Items, string? Fault);

/// <summary>Reads all clouds at once for the pages. Answers are kept for a moment, and a vendor's account is asked rarely.</summary>
internal sealed class CloudReads(IClouds clouds, TimeProvider time)
{
    private const int MaxFinalRuns = 2000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5), KeepEmulated = TimeSpan.FromSeconds(1), KeepVendor = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<(string Cloud, Type Kind), object> _lists = new();
    private readonly ConcurrentDictionary<(string Cloud, string Name), TrainingRun> _final = new();

    public Task<CloudRead<TrainingRun>[]> JobsAsync() => AllAsync((c, ct) => c.Training.ListAsync(ct));

    public Task<CloudRead<DeployedEndpoint>[]> EndpointsAsync() => AllAsync((c, ct) => c.Serving.ListAsync(ct));

    public Task<CloudRead<RegisteredModel>[]> ModelsAsync() => AllAsync((c, ct) => c.Models.ListAsync(ct));

    /// <summary>A job with its metrics, which lists leave out. One that has ended is read once.</summary>
    public async Task<Result<TrainingRun>> JobAsync(CloudEntry cloud, string name, DateTimeOffset? created = null)
    {
        // A name that was used again is another job.
        if (_final.TryGetValue((cloud.Name, name), out var known) && created is { } at && known.Created == at) return known;
        var read = await ReadAsync(ct => cloud.Cloud.Training.GetAsync(name, ct)).ConfigureAwait(false);
        if (!read.TryGet(out var run, out _) || !run.IsFinal) return read;
        if (_final.Count >= MaxFinalRuns) _final.Clear();
        _final[(cloud.Name, name)] = run;
        return read;
    }

    /// <summary>An endpoint with its variants, which lists leave out.</summary>
    public Task<Result<DeployedEndpoint>> EndpointAsync(CloudEntry cloud, string name) => ReadAsync(ct => cloud.Cloud.Serving.GetAsync(name, ct));

    /// <summary>The lines of a job's log after a place.</summary>
    public Task<Result<RunLogPage>> LogAsync(CloudEntry cloud, string name, string? after) => ReadAsync(ct => cloud.Cloud.Training.LogAsync(name, after, ct));

    /// <summary>Asks a job to stop.</summary>
    public Task<Result<Done>> StopAsync(CloudEntry cloud, string name) => ReadAsync(ct => cloud.Cloud.Training.StopAsync(name, ct));

    private Task<CloudRead<T>[]> AllAsync<T>(Func<ICloud, CancellationToken, Task<Result<IReadOnlyList<T>>>> list) => Task.WhenAll(clouds.All.Select(cloud => KeptAsync(cloud, list)));

    private Task<CloudRead<T>> KeptAsync<T>(CloudEntry cloud, Func<ICloud, CancellationToken, Task<Result<IReadOnlyList<T>>>> list) =>
        ((Fresh<CloudRead<T>>)_lists.GetOrAdd((cloud.Name, typeof(T)), _ => new Fresh<CloudRead<T>>(async () =>
            (await ReadAsync(ct => list(cloud.Cloud, ct)).ConfigureAwait(false)).TryGet(out var items, out var error) ? new CloudRead<T>(cloud, items, null) : new CloudRead<T>(cloud, [], error.Message),
            cloud.Emulated ? KeepEmulated : KeepVendor, time))).GetAsync();

    // A cloud that hangs or breaks off is a finding for the page, not the page's failure.
    private async Task<Result<T>> ReadAsync<T>(Func<CancellationToken, Task<Result<T>>> read)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try { return await read(limit.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) { return new Error(ErrorCode.Unavailable, "It did not answer within 5 seconds."); }
        catch (HttpRequestException e) { return new Error(ErrorCode.Unavailable, $"It could not be reached: {e.HttpRequestError}."); }
    }
}
