using System.Globalization;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Tuning;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>Turns a CreateHyperParameterTuningJob request into what the engine runs.</summary>
internal sealed class TuningPlanner(ISageMakerAlgorithms algorithms, TrainingPlanner training, ITuningJobs jobs)
{
    private const int DefaultTrials = 10;

    public async Task<AwsResult<TuningSpec>> PlanAsync(CreateHyperParameterTuningJobRequest request, AwsCaller caller, string arn, CancellationToken ct)
    {
        var config = request.HyperParameterTuningJobConfig!;
        var faults = new List<string>();
        if (request.TrainingJobDefinition is null || request.TrainingJobDefinitions is { Count: > 0 }) faults.Add("Exactly one TrainingJobDefinition is required; TrainingJobDefinitions is not supported here.");
        if (request.Autotune is not null) faults.Add("Autotune is not supported here.");
        var definition = request.TrainingJobDefinition ?? new HyperParameterTrainingJobDefinition();
        var objective = config.HyperParameterTuningJobObjective ?? definition.TuningObjective;
        var ranges = config.ParameterRanges ?? definition.HyperParameterRanges;
        if (objective is null) faults.Add("HyperParameterTuningJobObjective is required.");
        else CheckObjective(definition, objective.MetricName!, faults);
        var parameters = RangesOf(ranges, faults);
        if (parameters.Count == 0) faults.Add("ParameterRanges must name at least one hyperparameter.");
        foreach (var both in parameters.Where(p => definition.StaticHyperParameters?.ContainsKey(p.Name) == true)) faults.Add($"The hyperparameter '{both.Name}' is both static and tuned.");
        if (config.Strategy == "Grid" && (ranges?.IntegerParameterRanges is { Count: > 0 } || ranges?.ContinuousParameterRanges is { Count: > 0 })) faults.Add("The strategy Grid takes categorical parameters only.");
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));

        var plan = new TrialPlan(caller.Account, caller.Region, request.HyperParameterTuningJobName!, arn, objective!.MetricName!, definition);
        // A definition that no trial could run is refused now, not by every trial.
        var trial = SageMakerJson.Reshape<CreateTrainingJobRequest>(definition) with { TrainingJobName = plan.TrainingJobName(1), HyperParameters = definition.StaticHyperParameters };
        if (trial.ResourceConfig is not null && !training.Plan(trial, caller).TryGet(out _, out var failure)) return failure;
        var hyperband = config.StrategyConfig?.HyperbandStrategyConfig;
        return new TuningSpec
        {
            Id = SageMakerIds.Engine(caller, request.HyperParameterTuningJobName!),
            Owner = SageMakerIds.Owner,
            Strategy = Enum.Parse<TuningStrategy>(config.Strategy!),
            Ranges = parameters,
            Objective = objective.MetricName!,
            Maximize = objective.Type == "Maximize",
            MaxTrials = config.Strategy == "Grid" ? parameters.Aggregate(1, (n, p) => n * p.Values!.Count) : config.ResourceLimits!.MaxNumberOfTrainingJobs ?? DefaultTrials,
            MaxParallel = config.ResourceLimits!.MaxParallelTrainingJobs!.Value,
            EarlyStopping = config.TrainingJobEarlyStoppingType == "Auto",
            Resource = hyperband is { MinResource: { } min, MaxResource: { } max } ? (min, max) : null,
            TargetObjective = config.TuningJobCompletionCriteria?.TargetObjectiveMetricValue,
            Seed = config.RandomSeed ?? 0,
            WarmStart = await EarlierAsync(request.WarmStartConfig, caller, ct),
            LauncherData = plan.ToJson(),
        };
    }

    private void CheckObjective(HyperParameterTrainingJobDefinition definition, string metric, List<string> faults)
    {
        var specification = definition.AlgorithmSpecification!;
        var known = (specification.MetricDefinitions ?? []).Select(m => m.Name!).ToList();
        if (algorithms.Recognise(specification.TrainingImage ?? specification.AlgorithmName) is { Metrics.Count: > 0 } algorithm) known.AddRange(algorithm.Metrics.Select(m => m.Name));
        if (!known.Contains(metric)) faults.Add($"The objective metric '{metric}' is not defined. Defined metrics: {string.Join(", ", known)}.");
    }

    private async Task<IReadOnlyList<(IReadOnlyDictionary<string, string> Values, double Objective)>> EarlierAsync(HyperParameterTuningJobWarmStartConfig? config, AwsCaller caller, CancellationToken ct)
    {
        var known = new List<(IReadOnlyDictionary<string, string>, double)>();
        foreach (var parent in config?.ParentHyperParameterTuningJobs ?? [])
        {
            if (parent.HyperParameterTuningJobName is { } name && (await jobs.GetAsync(SageMakerIds.Engine(caller, name), ct)).TryGet(out var job, out _))
                known.AddRange(job.Trials.Where(t => t.Objective is not null).Select(t => (t.Values, t.Objective!.Value)));
        }
        return known;
    }

    private static List<ParameterRange> RangesOf(ParameterRanges? ranges, List<string> faults)
    {
        var found = new List<ParameterRange>();
        if (ranges?.AutoParameters is { Count: > 0 }) faults.Add("AutoParameters are not supported here.");
        foreach (var range in ranges?.IntegerParameterRanges ?? []) Numeric(range.Name!, range.MinValue, range.MaxValue, range.ScalingType, true);
        foreach (var range in ranges?.ContinuousParameterRanges ?? []) Numeric(range.Name!, range.MinValue, range.MaxValue, range.ScalingType, false);
        foreach (var range in ranges?.CategoricalParameterRanges ?? []) found.Add(new ParameterRange(range.Name!) { Values = [.. range.Values!] });
        return found;

        void Numeric(string name, string? min, string? max, string? scaling, bool isInteger)
        {
            if (!double.TryParse(min, CultureInfo.InvariantCulture, out var low) || !double.TryParse(max, CultureInfo.InvariantCulture, out var high)) faults.Add($"The range of '{name}' must be given in numbers, not '{min}' and '{max}'.");
            else if (low > high) faults.Add($"The range of '{name}' is empty: {min} is larger than {max}.");
            else found.Add(new ParameterRange(name) { Min = low, Max = high, IsInteger = isInteger, Scaling = scaling is null ? RangeScaling.Auto : Enum.Parse<RangeScaling>(scaling) });
        }
    }
}
