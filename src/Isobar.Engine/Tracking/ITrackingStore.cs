using Isobar.Core.Results;

namespace Isobar.Engine.Tracking;

/// <summary>Experiments, runs and their metrics: what people's code says of itself.</summary>
public interface ITrackingStore
{
    /// <summary>Makes an experiment; <see cref="ErrorCode.AlreadyExists"/> when its id or its name is taken in its scope.</summary>
    Task<Result<Experiment>> CreateAsync(Experiment experiment, CancellationToken ct = default);
    /// <summary>Reads an experiment, or null.</summary>
    Task<Experiment?> FindExperimentAsync(string scope, string id, CancellationToken ct = default);
    /// <summary>All experiments of a scope.</summary>
    Task<IReadOnlyList<Experiment>> ExperimentsAsync(string scope, CancellationToken ct = default);
    /// <summary>Changes an experiment; a new name must be free.</summary>
    Task<Result<Experiment>> ChangeAsync(string scope, string id, Func<Experiment, Experiment> change, CancellationToken ct = default);

    /// <summary>Makes a run; <see cref="ErrorCode.AlreadyExists"/> when its id is taken.</summary>
    Task<Result<TrackedRun>> CreateAsync(TrackedRun run, CancellationToken ct = default);
    /// <summary>Reads a run, or null.</summary>
    Task<TrackedRun?> FindRunAsync(string scope, string id, CancellationToken ct = default);
    /// <summary>All runs of a scope.</summary>
    Task<IReadOnlyList<TrackedRun>> RunsAsync(string scope, CancellationToken ct = default);
    /// <summary>Changes a run. <paramref name="change"/> may run more than once; its failure is passed on.</summary>
    Task<Result<TrackedRun>> ChangeRunAsync(string scope, string id, Func<TrackedRun, Result<TrackedRun>> change, CancellationToken ct = default);
    /// <summary>Drops a run with its metrics.</summary>
    Task ForgetRunAsync(string scope, string id, CancellationToken ct = default);
    /// <summary>Drops the values of one metric of a run.</summary>
    Task ForgetMetricAsync(string scope, string run, string metric, CancellationToken ct = default);
    /// <summary>Drops all of a scope.</summary>
    Task ForgetAsync(string scope, CancellationToken ct = default);

    /// <summary>Adds values, in their order; durable when this returns.</summary>
    Task LogAsync(string scope, string run, IReadOnlyList<TrackedMetric> metrics, CancellationToken ct = default);
    /// <summary>All values of a metric of a run, in the order of their arrival.</summary>
    Task<IReadOnlyList<TrackedMetric>> HistoryAsync(string scope, string run, string metric, CancellationToken ct = default);
    /// <summary>The newest value of each metric of one run, or of all runs of the scope where <paramref name="run"/> is null; by the id of the run.</summary>
    Task<ILookup<string, TrackedMetric>> LatestAsync(string scope, string? run = null, CancellationToken ct = default);
}
