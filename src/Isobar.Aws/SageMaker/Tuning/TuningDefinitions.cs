using System.Globalization;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Tuning;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>One algorithm of a tuning job: what is trained, by what it is judged and what is searched.</summary>
internal sealed record TuningDefinition(HyperParameterTrainingJobDefinition Job, HyperParameterTuningJobObjective Objective, IReadOnlyList<ParameterRange> Ranges);

/// <summary>Reads the training job definitions of a tuning job, one or several, with the ranges that are written down or left to Autotune.</summary>
internal sealed class TuningDefinitions(ISageMakerAlgorithms algorithms)
{
    public IReadOnlyList<TuningDefinition> Read(CreateHyperParameterTuningJobRequest request, List<string> faults)
    {
        var config = request.HyperParameterTuningJobConfig!;
        var several = request.TrainingJobDefinitions is { Count: > 0 };
        if (several == (request.TrainingJobDefinition is not null)) faults.Add("Exactly one of TrainingJobDefinition and TrainingJobDefinitions is required.");
        IReadOnlyList<HyperParameterTrainingJobDefinition> jobs = several ? request.TrainingJobDefinitions! : request.TrainingJobDefinition is { } single ? [single] : [];
        if (several)
        {
            if (config.HyperParameterTuningJobObjective is not null || config.ParameterRanges is not null) faults.Add("With TrainingJobDefinitions each definition has its own TuningObjective and HyperParameterRanges: HyperParameterTuningJobObjective and ParameterRanges must be absent.");
            foreach (var twice in jobs.GroupBy(j => j.DefinitionName).Where(g => g.Key is null || g.Count() > 1)) faults.Add(twice.Key is null ? "Every one of the TrainingJobDefinitions needs a DefinitionName." : $"The DefinitionName '{twice.Key}' is used {twice.Count()} times; it must be unique.");
        }
        var found = new List<TuningDefinition>();
        foreach (var job in jobs)
        {
            var objective = (several ? null : config.HyperParameterTuningJobObjective) ?? job.TuningObjective;
            if (objective is null) faults.Add(several ? $"The definition '{job.DefinitionName}' has no TuningObjective." : "HyperParameterTuningJobObjective is required.");
            else CheckObjective(job, objective.MetricName!, faults);
            var ranges = RangesOf(request, job, (several ? null : config.ParameterRanges) ?? job.HyperParameterRanges, faults);
            if (objective is not null) found.Add(new(job, objective, ranges));
        }
        if (found.Select(d => d.Objective.Type).Distinct().Count() > 1) faults.Add("The objectives of all definitions must be of one type, Maximize or Minimize: the best training job is found by comparing them.");
        return found;
    }

    private void CheckObjective(HyperParameterTrainingJobDefinition definition, string metric, List<string> faults)
    {
        var known = (definition.AlgorithmSpecification!.MetricDefinitions ?? []).Select(m => m.Name!).ToList();
        if (AlgorithmOf(definition) is { Metrics.Count: > 0 } algorithm) known.AddRange(algorithm.Metrics.Select(m => m.Name));
        if (!known.Contains(metric)) faults.Add($"The objective metric '{metric}' is not defined. Defined metrics: {string.Join(", ", known)}.");
    }

    private List<ParameterRange> RangesOf(CreateHyperParameterTuningJobRequest request, HyperParameterTrainingJobDefinition job, ParameterRanges? ranges, List<string> faults)
    {
        var found = Written(ranges, faults);
        var algorithm = AlgorithmOf(job)?.Name;
        foreach (var auto in ranges?.AutoParameters ?? [])
        {
            if (AutotuneRanges.Around(algorithm, auto.Name!, auto.ValueHint!) is { } range) found.Add(range);
            else faults.Add($"The ValueHint '{auto.ValueHint}' of the AutoParameter '{auto.Name}' is not a number, and no range of it is known; give its Values in CategoricalParameterRanges.");
        }
        // Autotune searches what is neither written down nor fixed.
        if (request.Autotune is not null && found.Count == 0) found.AddRange(AutotuneRanges.For(algorithm).Where(r => job.StaticHyperParameters?.ContainsKey(r.Name) != true));
        if (found.Count == 0) faults.Add("ParameterRanges must name at least one hyperparameter.");
        foreach (var twice in found.GroupBy(r => r.Name).Where(g => g.Count() > 1)) faults.Add($"The hyperparameter '{twice.Key}' has {twice.Count()} ranges.");
        foreach (var both in found.Where(p => job.StaticHyperParameters?.ContainsKey(p.Name) == true)) faults.Add($"The hyperparameter '{both.Name}' is both static and tuned.");
        if (request.HyperParameterTuningJobConfig!.Strategy == "Grid" && found.Any(r => r.Values is null)) faults.Add("The strategy Grid takes categorical parameters only.");
        return found;
    }

    private SageMakerAlgorithm? AlgorithmOf(HyperParameterTrainingJobDefinition definition) =>
        algorithms.Recognise(definition.AlgorithmSpecification!.TrainingImage ?? definition.AlgorithmSpecification.AlgorithmName);

    private static List<ParameterRange> Written(ParameterRanges? ranges, List<string> faults)
    {
        var found = new List<ParameterRange>();
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
