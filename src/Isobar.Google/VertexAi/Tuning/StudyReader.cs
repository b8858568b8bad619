using System.Globalization;
using Isobar.Engine.Tuning;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using ParameterSpec = Isobar.Google.VertexAi.V1.StudySpec.Types.ParameterSpec;
using ValueCase = Isobar.Google.VertexAi.V1.StudySpec.Types.ParameterSpec.ParameterValueSpecOneofCase;

namespace Isobar.Google.VertexAi.Tuning;

/// <summary>Turns a study specification into what the engine searches.</summary>
internal static class StudyReader
{
    private const string Field = "hyperparameter_tuning_job.study_spec";

    public static TuningSpec Read(ResourceName name, HyperparameterTuningJob job, string launcherData)
    {
        if (job.DisplayName.Length is 0 or > 128) throw Faults.Invalid("hyperparameter_tuning_job.display_name", job.DisplayName, "1 to 128 characters");
        var study = job.StudySpec ?? throw Faults.Required(Field);
        if (job.MaxTrialCount < 1) throw Faults.Invalid("hyperparameter_tuning_job.max_trial_count", Text(job.MaxTrialCount), "1 or more");
        if (job.ParallelTrialCount < 1 || job.ParallelTrialCount > job.MaxTrialCount) throw Faults.Invalid("hyperparameter_tuning_job.parallel_trial_count", Text(job.ParallelTrialCount), "1 to max_trial_count");
        if (job.MaxFailedTrialCount < 0) throw Faults.Invalid("hyperparameter_tuning_job.max_failed_trial_count", Text(job.MaxFailedTrialCount), "0 or more");
        if (study.Metrics.Count == 0) throw Faults.Required(Field + ".metrics");
        if (study.Metrics.Count > 1) throw Faults.Unimplemented("Studies of several metrics at once are not supported here: give one.");
        var metric = study.Metrics[0];
        if (metric.MetricId.Length == 0 || metric.MetricId.Any(char.IsWhiteSpace)) throw Faults.Invalid(Field + ".metrics[0].metric_id", metric.MetricId, "a name without white space");
        if (metric.Goal is not (StudySpec.Types.MetricSpec.Types.GoalType.Maximize or StudySpec.Types.MetricSpec.Types.GoalType.Minimize)) throw Faults.Invalid(Field + ".metrics[0].goal", metric.Goal.ToString(), "MAXIMIZE or MINIMIZE");
        if (study.AutomatedStoppingSpecCase is StudySpec.AutomatedStoppingSpecOneofCase.DecayCurveStoppingSpec or StudySpec.AutomatedStoppingSpecOneofCase.ConvexAutomatedStoppingSpec)
            throw Faults.Unimplemented("Of automated stopping only median_automated_stopping_spec is supported here.");
        if (study.StudyStoppingConfig is not null) throw Faults.Unimplemented("study_stopping_config is not supported here; max_trial_count bounds the study.");
        if (study.Parameters.Count == 0) throw Faults.Required(Field + ".parameters");
        if (study.Parameters.GroupBy(p => p.ParameterId).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Faults.Invalid(Field + ".parameters", twice.Key, "parameter ids are unique");
        return new TuningSpec
        {
            Id = name.Engine,
            Owner = Jobs.CustomJobPlanner.Owner,
            Strategy = study.Algorithm switch
            {
                StudySpec.Types.Algorithm.GridSearch => TuningStrategy.Grid,
                StudySpec.Types.Algorithm.RandomSearch => TuningStrategy.Random,
                StudySpec.Types.Algorithm.Unspecified => TuningStrategy.Bayesian,
                _ => throw Faults.Invalid(Field + ".algorithm", study.Algorithm.ToString(), "ALGORITHM_UNSPECIFIED (Bayesian), GRID_SEARCH or RANDOM_SEARCH"),
            },
            Ranges = [.. study.Parameters.Select((p, i) => Range(p, study.Algorithm, $"{Field}.parameters[{i}]"))],
            Objective = metric.MetricId,
            Maximize = metric.Goal == StudySpec.Types.MetricSpec.Types.GoalType.Maximize,
            MaxTrials = job.MaxTrialCount,
            MaxParallel = job.ParallelTrialCount,
            MaxFailedTrials = job.MaxFailedTrialCount > 0 ? job.MaxFailedTrialCount : null,
            EarlyStopping = study.MedianAutomatedStoppingSpec is not null,
            BestMeasurement = study.MeasurementSelectionType == StudySpec.Types.MeasurementSelectionType.BestMeasurement,
            LauncherData = launcherData,
        };
    }

    private static ParameterRange Range(ParameterSpec spec, StudySpec.Types.Algorithm algorithm, string field)
    {
        if (spec.ParameterId.Length == 0) throw Faults.Required(field + ".parameter_id");
        if (spec.ConditionalParameterSpecs.Count > 0) throw Faults.Unimplemented($"{field}.conditional_parameter_specs: conditional parameters are not supported here.");
        var range = new ParameterRange(spec.ParameterId)
        {
            Scaling = spec.ScaleType switch
            {
                ParameterSpec.Types.ScaleType.UnitLogScale => RangeScaling.Logarithmic,
                ParameterSpec.Types.ScaleType.UnitReverseLogScale => RangeScaling.ReverseLogarithmic,
                _ => RangeScaling.Linear,
            },
        };
        switch (spec.ParameterValueSpecCase)
        {
            case ValueCase.DoubleValueSpec:
                if (algorithm == StudySpec.Types.Algorithm.GridSearch) throw Faults.Invalid(field + ".double_value_spec", spec.ParameterId, "a grid is made of integer, categorical and discrete parameters");
                return Checked(range with { Min = spec.DoubleValueSpec.MinValue, Max = spec.DoubleValueSpec.MaxValue }, field + ".double_value_spec");
            case ValueCase.IntegerValueSpec:
                return Checked(range with { Min = spec.IntegerValueSpec.MinValue, Max = spec.IntegerValueSpec.MaxValue, IsInteger = true }, field + ".integer_value_spec");
            case ValueCase.CategoricalValueSpec:
                if (spec.CategoricalValueSpec.Values.Count == 0) throw Faults.Required(field + ".categorical_value_spec.values");
                return range with { Values = [.. spec.CategoricalValueSpec.Values], Scaling = RangeScaling.Auto };
            case ValueCase.DiscreteValueSpec:
                if (spec.DiscreteValueSpec.Values.Count == 0) throw Faults.Required(field + ".discrete_value_spec.values");
                return range with { Values = [.. spec.DiscreteValueSpec.Values.Select(Text)], Scaling = RangeScaling.Auto };
            default:
                throw Faults.Required(field + ".double_value_spec");
        }
    }

    private static ParameterRange Checked(ParameterRange range, string field)
    {
        if (!(range.Min <= range.Max)) throw Faults.Invalid(field, $"{Text(range.Min!.Value)}..{Text(range.Max!.Value)}", "min_value is at most max_value");
        if (range.Scaling == RangeScaling.Logarithmic && range.Min <= 0) throw Faults.Invalid(field + ".min_value", Text(range.Min.Value), "above 0 for UNIT_LOG_SCALE");
        if (range.Scaling == RangeScaling.ReverseLogarithmic && (range.Min < 0 || range.Max >= 1)) throw Faults.Invalid(field, $"{Text(range.Min.Value)}..{Text(range.Max!.Value)}", "within [0, 1) for UNIT_REVERSE_LOG_SCALE here");
        return range;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
