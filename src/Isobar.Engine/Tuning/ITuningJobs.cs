using Isobar.Core.Results;
using Isobar.Engine.Training;

namespace Isobar.Engine.Tuning;

/// <summary>How trials are chosen.</summary>
public enum TuningStrategy
{
    /// <summary>Every combination of the categorical (and stepped) values.</summary>
    Grid,
    /// <summary>Independent draws.</summary>
    Random,
    /// <summary>A Gaussian process with expected improvement over the trials so far.</summary>
    Bayesian,
    /// <summary>Successive halving over several brackets: weak trials are stopped early.</summary>
    Hyperband,
}

/// <summary>How a range is walked.</summary>
public enum RangeScaling
{
    /// <summary>The engine decides: logarithmic when the range spans three orders of magnitude.</summary>
    Auto,
    /// <summary>Evenly.</summary>
    Linear,
    /// <summary>Evenly in the logarithm; the range is above 0.</summary>
    Logarithmic,
    /// <summary>Evenly in log(1-x); the range is in [0, 1).</summary>
    ReverseLogarithmic,
}

/// <summary>A hyperparameter to tune: exactly one of the numeric range and <see cref="Values"/> is set.</summary>
public sealed record ParameterRange(string Name)
{
    /// <summary>Lower bound, inclusive.</summary>
    public double? Min { get; init; }
    /// <summary>Upper bound, inclusive.</summary>
    public double? Max { get; init; }
    /// <summary>Whether only whole numbers are allowed.</summary>
    public bool IsInteger { get; init; }
    /// <summary>How the range is walked.</summary>
    public RangeScaling Scaling { get; init; }
    /// <summary>Values are rounded to multiples of this; null: not at all.</summary>
    public double? Step { get; init; }
    /// <summary>A bell curve instead of the two bounds: its middle. With <see cref="RangeScaling.Logarithmic"/> it is the logarithm that has it.</summary>
    public double? Mean { get; init; }
    /// <summary>The standard deviation around <see cref="Mean"/>.</summary>
    public double? Deviation { get; init; }
    /// <summary>The allowed values of a categorical parameter.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}

/// <summary>A tuning job, cloud-neutral.</summary>
public sealed record TuningSpec
{
    /// <summary>Unique over all clouds.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose job it is; names the <see cref="ITrialLauncher"/>.</summary>
    public required string Owner { get; init; }
    /// <summary>How trials are chosen.</summary>
    public TuningStrategy Strategy { get; init; } = TuningStrategy.Bayesian;
    /// <summary>What to tune.</summary>
    public required IReadOnlyList<ParameterRange> Ranges { get; init; }
    /// <summary>The metric that decides.</summary>
    public required string Objective { get; init; }
    /// <summary>Whether larger is better.</summary>
    public bool Maximize { get; init; }
    /// <summary>Trials in all.</summary>
    public int MaxTrials { get; init; } = 10;
    /// <summary>Trials at the same time.</summary>
    public int MaxParallel { get; init; } = 1;
    /// <summary>Stops trials that are clearly worse than the median of the others at the same step.</summary>
    public bool EarlyStopping { get; init; }
    /// <summary>Whether a trial counts with the best value that it reported instead of its last.</summary>
    public bool BestMeasurement { get; init; }
    /// <summary>Failed trials that end the job; null: it fails only when none succeeded.</summary>
    public int? MaxFailedTrials { get; init; }
    /// <summary>Another rule by which trials are stopped early; null: none.</summary>
    public TerminationPolicy? Termination { get; init; }
    /// <summary>The longest that the whole job may run; trials under way are stopped then. Null: no limit.</summary>
    public TimeSpan? MaxRunTime { get; init; }
    /// <summary>Hyperband: resource of the smallest and the largest rung; ignored otherwise.</summary>
    public (int Min, int Max)? Resource { get; init; }
    /// <summary>Ends the job once the objective is this good.</summary>
    public double? TargetObjective { get; init; }
    /// <summary>Ends the job after so many trials in a row that did not better the best; null: never.</summary>
    public int? MaxNotImproving { get; init; }
    /// <summary>Ends the job once it has converged (<see cref="Progress.HasConverged"/>).</summary>
    public bool StopOnConvergence { get; init; }
    /// <summary>Several things tuned side by side; each has its own ranges and metric instead of those of the job. Null: one, the job itself.</summary>
    public IReadOnlyList<TuningArm>? Arms { get; init; }
    /// <summary>Seed of the draws.</summary>
    public int Seed { get; init; }
    /// <summary>Objective values known from earlier jobs, to start from.</summary>
    public IReadOnlyList<(IReadOnlyDictionary<string, string> Values, double Objective)> WarmStart { get; init; } = [];
    /// <summary>Opaque to the engine: handed to the launcher with every trial.</summary>
    public string LauncherData { get; init; } = "";
}

/// <summary>A trial of a tuning job.</summary>
public sealed record Trial(int Number, string TrainingJobId, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>Where it stands.</summary>
    public JobState State { get; init; }
    /// <summary>The objective's final value, when it gave one.</summary>
    public double? Objective { get; init; }
    /// <summary>Whether the tuner stopped it early.</summary>
    public bool StoppedEarly { get; init; }
    /// <summary>Whose trial it is, where the job has several arms.</summary>
    public string? Arm { get; init; }
}

/// <summary>A tuning job with its trials.</summary>
public sealed record TuningJob
{
    /// <summary>What was asked for.</summary>
    public required TuningSpec Spec { get; init; }
    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }
    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When it reached a final state.</summary>
    public DateTimeOffset? Ended { get; init; }
    /// <summary>Why it failed or stopped.</summary>
    public string? Reason { get; init; }
    /// <summary>When it was first seen to have converged.</summary>
    public DateTimeOffset? Converged { get; init; }
    /// <summary>Its trials, by number.</summary>
    public IReadOnlyList<Trial> Trials { get; init; } = [];
    /// <summary>The best trial so far, by the objective.</summary>
    public Trial? Best => Trials.Where(t => t.Objective is { } v && !double.IsNaN(v)).OrderBy(t => Spec.Maximize ? -t.Objective!.Value : t.Objective!.Value).FirstOrDefault();
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is JobState.Completed or JobState.Failed or JobState.Stopped;
}

/// <summary>A trial to start.</summary>
/// <param name="Number">From 1; the trial's name in the job.</param>
/// <param name="Values">The tuned hyperparameters.</param>
/// <param name="Arm">Whose trial it is, where the job has several arms.</param>
public sealed record TrialRequest(int Number, IReadOnlyDictionary<string, string> Values, string? Arm = null);

/// <summary>Starts a trial as a training job of a dialect, so that the dialect's users see it among theirs. Registered by the dialect, found by <see cref="Owner"/>.</summary>
public interface ITrialLauncher
{
    /// <summary>The cloud, as in <see cref="TuningSpec.Owner"/>.</summary>
    string Owner { get; }
    /// <summary>Submits the training job of a trial; must be idempotent for the same number. Gives the training job's engine id.</summary>
    Task<Result<string>> LaunchAsync(TuningSpec tuning, TrialRequest trial, CancellationToken ct);
}

/// <summary>Tuning jobs: durable, resumed after a restart.</summary>
public interface ITuningJobs
{
    /// <summary>Accepts a job; durable when this returns.</summary>
    Task<Result<TuningJob>> SubmitAsync(TuningSpec spec, CancellationToken ct = default);
    /// <summary>Reads a job.</summary>
    Task<Result<TuningJob>> GetAsync(string id, CancellationToken ct = default);
    /// <summary>Stops it and its running trials.</summary>
    Task<Result<TuningJob>> StopAsync(string id, CancellationToken ct = default);
    /// <summary>Drops a final job's record; its trials' jobs stay.</summary>
    Task<Result<Done>> DeleteAsync(string id, CancellationToken ct = default);
    /// <summary>Completes when the job is final.</summary>
    Task<TuningJob> WaitAsync(string id, CancellationToken ct = default);
}
