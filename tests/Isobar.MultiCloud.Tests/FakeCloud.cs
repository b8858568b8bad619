using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.MultiCloud.Tests;

/// <summary>A cloud in memory that can be switched off, lose machines and be changed behind the control plane's back.</summary>
internal sealed class FakeCloud(string name) : ICloud, IObjects, ITraining, IModels, IServing, IBatch, IMonitoring
{
    public ConcurrentDictionary<string, byte[]> Stored { get; } = new();
    public ConcurrentDictionary<string, TrainingRun> Jobs { get; } = new();
    public ConcurrentDictionary<string, TrainingOrder> Orders { get; } = new();
    public ConcurrentDictionary<string, ModelOrder> Registered { get; } = new();
    public ConcurrentDictionary<string, EndpointOrder> Endpoints { get; } = new();
    public ConcurrentDictionary<string, byte> Buckets { get; } = new();

    /// <summary>Whether no call is answered.</summary>
    public bool Down { get; set; }
    /// <summary>How a job that is started ends; null: it goes on.</summary>
    public Func<TrainingOrder, (RunState State, string? Reason)?> Ends { get; set; } = _ => (RunState.Completed, null);

    /// <summary>Why a job is not started; null: it is.</summary>
    public Func<TrainingOrder, Error?> Refuses { get; set; } = _ => null;

    public string Name => name;
    public IObjects Objects => this;
    public ITraining Training => this;
    public IModels Models => this;
    public IServing Serving => this;
    public IBatch Batch => this;
    public IMonitoring Monitoring => this;
    public ITuning Tuning => throw new NotSupportedException();

    private static Error Off => new(ErrorCode.Unavailable, "It cannot be reached.");

    /// <summary>Calls hang until this is done; null: they do not.</summary>
    public Task? Frozen { get; set; }

    /// <summary>How many calls have come.</summary>
    public int Asked => _asked;
    private int _asked;

    private async Task<Result<T>> Answer<T>(Func<Result<T>> answer)
    {
        Interlocked.Increment(ref _asked);
        if (Frozen is { } thawed) await thawed;
        return Down ? Off : answer();
    }

    public Task<Result<Done>> EnsureBucketAsync(string bucket, CancellationToken ct) => Answer<Done>(() => { Buckets[bucket] = 0; return Done.Value; });
    public Task<Result<Done>> DeleteBucketAsync(string bucket, CancellationToken ct) => Answer<Done>(() => Stored.Keys.Any(k => k.StartsWith(bucket + "/", StringComparison.Ordinal)) ? new Error(ErrorCode.FailedPrecondition, "not empty") : Buckets.TryRemove(bucket, out _) ? Done.Value : Error.NotFound(bucket));
    /// <summary>Why an object is not stored; null: it is.</summary>
    public Func<DataLocation, Error?> Rejects { get; set; } = _ => null;

    /// <summary>The objects that were fetched, in their order.</summary>
    public ConcurrentQueue<string> Fetched { get; } = new();

    public Task<Result<StoredObject>> PutAsync(DataLocation at, Stream content, string contentType, CancellationToken ct) => Answer<StoredObject>(() =>
    {
        if (Rejects(at) is { } rejected) return rejected;
        using var copy = new MemoryStream();
        content.CopyTo(copy);
        return Shown(at.Key, Stored[$"{at}"] = copy.ToArray());
    });

    private static StoredObject Shown(string key, byte[] content) => new(key, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)), default);

    Task<Result<Stream>> IObjects.GetAsync(DataLocation at, CancellationToken ct) => Answer(() => Stored.TryGetValue(Fetch($"{at}"), out var found) ? Result<Stream>.Ok(new MemoryStream(found)) : Error.NotFound($"{at}"));
    public Task<Result<IReadOnlyList<StoredObject>>> ListAsync(DataLocation prefix, CancellationToken ct) => Answer(() => !Buckets.ContainsKey(prefix.Bucket) ? Error.NotFound(prefix.Bucket) : Result<IReadOnlyList<StoredObject>>.Ok([.. Stored.Where(s => s.Key.StartsWith($"{prefix}", StringComparison.Ordinal)).Select(s => Shown(s.Key[(prefix.Bucket.Length + 1)..], s.Value))]));
    private string Fetch(string key)
    {
        Fetched.Enqueue(key);
        return key;
    }

    Task<Result<Done>> IObjects.DeleteAsync(DataLocation at, CancellationToken ct) => Answer<Done>(() => { Stored.TryRemove($"{at}", out _); return Done.Value; });

    public bool KeepsCheckpoints => true;
    public Task<Result<TrainingRun>> StartAsync(TrainingOrder order, CancellationToken ct) => Answer<TrainingRun>(() =>
    {
        if (Refuses(order) is { } refused) return refused;
        var run = new TrainingRun { Name = order.Name, State = RunState.InProgress };
        if (!Jobs.TryAdd(order.Name, run)) return new Error(ErrorCode.AlreadyExists, order.Name);
        Orders[order.Name] = order;
        return run;
    });
    Task<Result<TrainingRun>> ITraining.GetAsync(string job, CancellationToken ct) => Answer<TrainingRun>(() =>
    {
        if (!Jobs.TryGetValue(job, out var run)) return Error.NotFound(job);
        if (run.IsFinal || Ends(Orders[job]) is not { } end) return run;
        var model = Orders[job].Output with { Key = $"{Orders[job].Output.Key}/{job}/model.tar.gz" };
        if (end.State == RunState.Completed) Stored[$"{model}"] = Leaves(Orders[job]) ?? Encoding.UTF8.GetBytes($"model of {job}");
        return Jobs[job] = run with { State = end.State, Reason = end.Reason, Model = end.State == RunState.Completed ? model : null, Metrics = new Dictionary<string, double> { ["validation:accuracy"] = Accuracy } };
    });
    /// <summary>What a job leaves as its model; null: some bytes of its own.</summary>
    public Func<TrainingOrder, byte[]?> Leaves { get; set; } = _ => null;
    public double Accuracy { get; set; } = 0.95;
    Task<Result<IReadOnlyList<TrainingRun>>> ITraining.ListAsync(CancellationToken ct) => Answer(() => Result<IReadOnlyList<TrainingRun>>.Ok([.. Jobs.Values]));
    public Task<Result<Done>> StopAsync(string job, CancellationToken ct) => Answer<Done>(() => { Jobs[job] = Jobs[job] with { State = RunState.Stopped }; return Done.Value; });
    /// <summary>What jobs have printed; a page of it has two lines.</summary>
    public ConcurrentDictionary<string, RunLogLine[]> Logs { get; } = new();
    public Task<Result<RunLogPage>> LogAsync(string job, string? after, CancellationToken ct) => Answer<RunLogPage>(() =>
    {
        var from = after is null ? 0 : int.Parse(after, System.Globalization.CultureInfo.InvariantCulture);
        RunLogLine[] page = [.. Logs.GetValueOrDefault(job, []).Skip(from).Take(2)];
        return new RunLogPage(page, (from + page.Length).ToString(System.Globalization.CultureInfo.InvariantCulture));
    });

    public ConcurrentDictionary<string, MonitorOrder> Schedules { get; } = new();
    /// <summary>What each schedule has found, by its name; null: nothing yet.</summary>
    public Func<MonitorOrder, IReadOnlyList<MonitorRun>> Finds { get; set; } = _ => [];
    /// <summary>How jobs that learn a baseline end.</summary>
    public RunState Learned { get; set; } = RunState.Completed;
    public Task<Result<string>> StartBaselineAsync(string name, DataLocation data, DataLocation output, CancellationToken ct) => Answer<string>(() => Stored.ContainsKey($"{data}") ? name : Error.NotFound($"{data}"));
    public Task<Result<RunState>> GetBaselineAsync(string name, CancellationToken ct) => Answer<RunState>(() => Learned);
    public Task<Result<Done>> ScheduleAsync(MonitorOrder order, CancellationToken ct) => Answer<Done>(() => !Endpoints.ContainsKey(order.Endpoint) ? Error.NotFound(order.Endpoint) : Schedules.TryAdd(order.Name, order) ? Done.Value : new Error(ErrorCode.AlreadyExists, order.Name));
    public Task<Result<IReadOnlyList<MonitorRun>>> RunsAsync(string schedule, CancellationToken ct) => Answer(() => Schedules.TryGetValue(schedule, out var order) ? Result<IReadOnlyList<MonitorRun>>.Ok(Finds(order)) : Error.NotFound(schedule));
    /// <summary>Whether no schedule can be deleted now.</summary>
    public bool Keeps { get; set; }
    Task<Result<Done>> IMonitoring.DeleteAsync(string schedule, CancellationToken ct) => Answer<Done>(() => Keeps ? Off : Schedules.TryRemove(schedule, out _) ? Done.Value : Error.NotFound(schedule));

    public ConcurrentDictionary<string, (BatchOrder Order, bool Done)> Batches { get; } = new();
    /// <summary>Whether a batch job that is under way is done; otherwise it goes on.</summary>
    public Func<BatchOrder, bool> BatchEnds { get; set; } = _ => true;
    public Task<Result<BatchRun>> StartAsync(BatchOrder order, CancellationToken ct) => Answer<BatchRun>(() => !Registered.ContainsKey(order.Model) ? Error.NotFound(order.Model) : Batches.TryAdd(order.Name, (order, false)) ? new BatchRun(order.Name, RunState.InProgress, null, default, null) : new Error(ErrorCode.AlreadyExists, order.Name));
    Task<Result<BatchRun>> IBatch.GetAsync(string job, CancellationToken ct) => Answer<BatchRun>(() =>
    {
        if (!Batches.TryGetValue(job, out var batch)) return Error.NotFound(job);
        if (BatchEnds(batch.Order)) Batches[job] = (batch.Order, true);
        return new BatchRun(job, Batches[job].Done ? RunState.Completed : RunState.InProgress, null, default, null);
    });
    Task<Result<IReadOnlyList<BatchRun>>> IBatch.ListAsync(CancellationToken ct) => throw new NotSupportedException();
    /// <summary>Each row, and where it was predicted.</summary>
    public Task<Result<IReadOnlyList<string>>> PredictionsAsync(string job, CancellationToken ct) => Answer(() => Result<IReadOnlyList<string>>.Ok([.. Encoding.UTF8.GetString(Stored[$"{Batches[job].Order.Input}"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Predicts ?? (l => $"{l}@{name}"))]));
    /// <summary>What is predicted of a row; null: the row, and where it was predicted.</summary>
    public Func<string, string>? Predicts { get; set; }
    /// <summary>The batch jobs that were stopped.</summary>
    public ConcurrentDictionary<string, byte> BatchesStopped { get; } = new();
    Task<Result<Done>> IBatch.StopAsync(string job, CancellationToken ct) => Answer<Done>(() => { BatchesStopped[job] = 0; return Done.Value; });

    public Task<Result<RegisteredModel>> RegisterAsync(ModelOrder order, CancellationToken ct) => Answer<RegisteredModel>(() => Registered.TryAdd(order.Name, order) ? new RegisteredModel(order.Name, order.Artifact, default) : new Error(ErrorCode.AlreadyExists, order.Name));
    Task<Result<RegisteredModel>> IModels.GetAsync(string model, CancellationToken ct) => Answer<RegisteredModel>(() => Registered.TryGetValue(model, out var found) ? new RegisteredModel(model, found.Artifact, default) : Error.NotFound(model));
    Task<Result<IReadOnlyList<RegisteredModel>>> IModels.ListAsync(CancellationToken ct) => throw new NotSupportedException();
    Task<Result<Done>> IModels.DeleteAsync(string model, CancellationToken ct) => Answer<Done>(() => Registered.TryRemove(model, out _) ? Done.Value : Error.NotFound(model));

    public Task<Result<DeployedEndpoint>> DeployAsync(EndpointOrder order, CancellationToken ct) => Answer<DeployedEndpoint>(() =>
    {
        foreach (var variant in order.Variants.Where(v => !Registered.ContainsKey(v.Model))) return Error.NotFound(variant.Model);
        Endpoints[order.Name] = order;
        return Shown(order);
    });
    Task<Result<DeployedEndpoint>> IServing.GetAsync(string endpoint, CancellationToken ct) => Answer<DeployedEndpoint>(() => Endpoints.TryGetValue(endpoint, out var found) ? Shown(found) : Error.NotFound(endpoint));
    Task<Result<IReadOnlyList<DeployedEndpoint>>> IServing.ListAsync(CancellationToken ct) => Answer(() => Result<IReadOnlyList<DeployedEndpoint>>.Ok([.. Endpoints.Values.Select(Shown)]));
    public Task<Result<Done>> SetWeightsAsync(string endpoint, IReadOnlyDictionary<string, double> weights, CancellationToken ct) => throw new NotSupportedException();
    Task<Result<Done>> IServing.DeleteAsync(string endpoint, CancellationToken ct) => Answer<Done>(() => Endpoints.TryRemove(endpoint, out _) ? Done.Value : Error.NotFound(endpoint));
    Task<Result<EndpointLog>> IServing.LogAsync(string endpoint, DateTimeOffset? since, int limit, CancellationToken ct) => Answer<EndpointLog>(() =>
    {
        if (!Endpoints.ContainsKey(endpoint)) return Error.NotFound(endpoint);
        var lines = Logs.GetValueOrDefault(endpoint, []).Where(l => since is null || l.Time >= since).ToList();
        return new EndpointLog([.. lines.TakeLast(limit)], lines.Count > limit);
    });
    public Task<Result<PredictionReply>> PredictAsync(string endpoint, PredictionRequest request, CancellationToken ct) => throw new NotSupportedException();

    private static DeployedEndpoint Shown(EndpointOrder order) => new(order.Name, DeploymentState.InService, null, default, [.. order.Variants.Select(v => new DeployedVariant(v.Name, v.Weight, v.Instances))]);
}
