using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Tuning;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>Turns a CreateHyperParameterTuningJob request into what the engine runs.</summary>
internal sealed class TuningPlanner(TuningDefinitions definitions, TrainingPlanner training, ITuningJobs jobs)
{
    private const int DefaultTrials = 10;

    public async Task<AwsResult<TuningSpec>> PlanAsync(CreateHyperParameterTuningJobRequest request, AwsCaller caller, string arn, CancellationToken ct)
    {
        var config = request.HyperParameterTuningJobConfig!;
        var faults = new List<string>();
        var arms = definitions.Read(request, faults);
        if (request.WarmStartConfig is not null && arms.Count > 1) faults.Add("WarmStartConfig is allowed with TrainingJobDefinition only, not with TrainingJobDefinitions.");
        var known = await ParentsAsync(request.WarmStartConfig, caller, faults, ct);
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));

        var plan = new TrialPlan(caller.Account, caller.Region, request.HyperParameterTuningJobName!, arn, [.. arms.Select(a => new TrialDefinition(a.Objective.MetricName!, a.Job))]);
        // A definition that no trial could run is refused now, not by every trial.
        foreach (var job in arms.Select(a => a.Job))
        {
            var trial = SageMakerJson.Reshape<CreateTrainingJobRequest>(job) with { TrainingJobName = plan.TrainingJobName(1), HyperParameters = job.StaticHyperParameters };
            if (trial.ResourceConfig is not null && !training.Plan(trial, caller).TryGet(out _, out var failure)) return failure;
        }
        var auto = request.Autotune is not null;
        var (limits, criteria) = (config.ResourceLimits!, config.TuningJobCompletionCriteria);
        return new TuningSpec
        {
            Id = SageMakerIds.Engine(caller, request.HyperParameterTuningJobName!),
            Owner = SageMakerIds.Owner,
            Strategy = Enum.Parse<TuningStrategy>(config.Strategy!),
            Ranges = arms[0].Ranges,
            Objective = arms[0].Objective.MetricName!,
            Maximize = arms[0].Objective.Type == "Maximize",
            Arms = arms.Count > 1 ? [.. arms.Select(a => new TuningArm(a.Job.DefinitionName!, a.Ranges, a.Objective.MetricName!))] : null,
            MaxTrials = config.Strategy == "Grid" ? arms.Sum(a => a.Ranges.Aggregate(1, (n, p) => n * p.Values!.Count)) : limits.MaxNumberOfTrainingJobs ?? DefaultTrials,
            MaxParallel = limits.MaxParallelTrainingJobs!.Value,
            MaxRunTime = limits.MaxRuntimeInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            EarlyStopping = config.TrainingJobEarlyStoppingType == "Auto" || auto,
            Resource = config.StrategyConfig?.HyperbandStrategyConfig is { MinResource: { } min, MaxResource: { } max } ? (min, max) : null,
            TargetObjective = criteria?.TargetObjectiveMetricValue,
            MaxNotImproving = criteria?.BestObjectiveNotImproving?.MaxNumberOfTrainingJobsNotImproving,
            StopOnConvergence = criteria?.ConvergenceDetected?.CompleteOnConvergence is { } stop ? stop == "Enabled" : auto,
            Seed = config.RandomSeed ?? 0,
            WarmStart = [.. known.SelectMany(j => j.Trials).Where(t => t.Objective is not null).Select(t => (t.Values, t.Objective!.Value))],
            LauncherData = plan.ToJson(),
        };
    }

    private async Task<List<TuningJob>> ParentsAsync(HyperParameterTuningJobWarmStartConfig? config, AwsCaller caller, List<string> faults, CancellationToken ct)
    {
        var found = new List<TuningJob>();
        foreach (var name in (config?.ParentHyperParameterTuningJobs ?? []).Select(p => p.HyperParameterTuningJobName).OfType<string>())
        {
            if ((await jobs.GetAsync(SageMakerIds.Engine(caller, name), ct)).TryGet(out var job, out _)) found.Add(job);
            else faults.Add($"The parent hyperparameter tuning job '{name}' does not exist.");
        }
        return found;
    }
}
