using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>A hyperparameter to search.</summary>
/// <param name="Name">The catalogue's name.</param>
public sealed record SearchRange(string Name)
{
    /// <summary>Smallest value of a number.</summary>
    public double? Min { get; init; }
    /// <summary>Largest value of a number.</summary>
    public double? Max { get; init; }
    /// <summary>Whether only whole numbers are tried.</summary>
    public bool Whole { get; init; }
    /// <summary>Whether the logarithm is searched evenly.</summary>
    public bool Logarithmic { get; init; }
    /// <summary>The words to try; null for a number.</summary>
    public IReadOnlyList<string>? Choices { get; init; }
}

/// <summary>A search to start.</summary>
/// <param name="Template">The job to vary; its name is the search's.</param>
/// <param name="Ranges">At least one.</param>
/// <param name="Metric">As <c>channel:metric</c>.</param>
/// <param name="Minimize">Whether less is better.</param>
public sealed record TuningOrder(TrainingOrder Template, IReadOnlyList<SearchRange> Ranges, string Metric, bool Minimize)
{
    /// <summary><c>Bayesian</c>, <c>Random</c>, <c>Grid</c> or <c>Hyperband</c>.</summary>
    public string Strategy { get; init; } = "Bayesian";
    /// <summary>Most jobs in all.</summary>
    public int MaxJobs { get; init; } = 10;
    /// <summary>Most jobs at once.</summary>
    public int MaxParallel { get; init; } = 2;
}

/// <summary>A search.</summary>
public sealed record TuningRun(string Name, RunState State, string? Reason, int Completed, string? BestJob, double? BestValue, IReadOnlyDictionary<string, string> BestHyperParameters)
{
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is RunState.Completed or RunState.Failed or RunState.Stopped;
}

/// <summary>Search for hyperparameters.</summary>
public interface ITuning
{
    /// <summary>Starts a search; durable when this returns.</summary>
    Task<Result<TuningRun>> StartAsync(TuningOrder order, CancellationToken ct = default);
    /// <summary>Reads a search.</summary>
    Task<Result<TuningRun>> GetAsync(string name, CancellationToken ct = default);
    /// <summary>Asks a search to stop.</summary>
    Task<Result<Done>> StopAsync(string name, CancellationToken ct = default);
}
