namespace Isobar.Engine;

/// <summary>Where the engine keeps its data and how much it may do at once.</summary>
public sealed record EngineOptions
{
    /// <summary>The folder that holds everything: state, objects, jobs, logs. Default <c>.isobar</c>.</summary>
    public string DataDirectory { get; init; } = ".isobar";

    /// <summary>Training, processing and trial children that run at the same time. Default: the number of processors, at least 2.</summary>
    public int MaxParallelJobs { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Jobs that may wait; one more is refused with <see cref="Core.Results.ErrorCode.ResourceExhausted"/>. Default 1,000.</summary>
    public int MaxQueuedJobs { get; init; } = 1000;

    /// <summary>How long a stopped child may take to save its work before it is killed. Default 120 s, as SageMaker documents for StopTrainingJob.</summary>
    public TimeSpan StopGracePeriod { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The program and first arguments that start this product's own worker process, such as <c>["dotnet", "isobar.dll"]</c>; the engine appends <c>worker …</c>.</summary>
    public IReadOnlyList<string> WorkerCommand { get; init; } = [];

    /// <summary>Probability that a managed spot job is interrupted, per attempt, from 0 to 1. Default 0.</summary>
    public double SpotInterruptionRate { get; init; }

    /// <summary>How long the engine waits between polls of slow things (schedules, supervisors). Default 1 s.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromSeconds(1);
}
