using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using EngineState = Isobar.Engine.Training.JobState;
using EngineTrial = Isobar.Engine.Tuning.Trial;
using RpcStatus = Google.Rpc.Status;
using Trial = Isobar.Google.VertexAi.V1.Trial;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Tuning;

/// <summary>How Vertex AI shows a tuning job of the engine.</summary>
internal static class TuningView
{
    public static HyperparameterTuningJob Of(Stored<HyperparameterTuningJob> stored, TuningJob job)
    {
        var shown = stored.Value.Clone();
        shown.State = CustomJobView.State(job.State);
        (shown.CreateTime, shown.StartTime) = (job.Created.ToTimestamp(), job.Created.ToTimestamp());
        shown.UpdateTime = (job.Ended ?? job.Created).ToTimestamp();
        if (job.Ended is { } ended) shown.EndTime = ended.ToTimestamp();
        if (job.State == EngineState.Failed) shown.Error = new RpcStatus { Code = 3, Message = job.Reason ?? "The job failed." };
        if (job.State == EngineState.Stopped) shown.Error = new RpcStatus { Code = 1, Message = "CANCELED" };
        return shown;
    }

    /// <param name="run">The trial's training job, where it is there.</param>
    /// <param name="series">The objective's values over time.</param>
    public static Trial TrialOf(ResourceName study, TuningJob job, EngineTrial trial, TrainingJob? run, IReadOnlyList<JobMetric> series)
    {
        var id = trial.Number.ToString(CultureInfo.InvariantCulture);
        var shown = new Trial { Name = $"{study.Parent}/studies/{study.Id}/trials/{id}", Id = id, State = State(trial) };
        shown.Parameters.Add(trial.Values.Select(v => new Trial.Types.Parameter { ParameterId = v.Key, Value = Read(job, v.Key, v.Value) }));
        if (trial.TrainingJobId.Length > 0) shown.CustomJob = TrialLauncher.TrialJob(study, trial.Number).ToString();
        if (run?.Started is { } started) shown.StartTime = started.ToTimestamp();
        if (run?.Ended is { } ended) shown.EndTime = ended.ToTimestamp();
        if (shown.State == Trial.Types.State.Infeasible) shown.InfeasibleReason = run?.Reason ?? (trial.TrainingJobId.Length == 0 ? "The trial could not be started." : $"The trial did not report the metric '{job.Spec.Objective}'.");
        foreach (var metric in series.Where(m => m.Step is not null)) shown.Measurements.Add(Measured(job, metric.Value, metric.Step, run?.Started is { } from ? metric.Time - from : null));
        if (trial.Objective is { } value && double.IsFinite(value)) shown.FinalMeasurement = Measured(job, value, series.LastOrDefault(m => m.Value == value)?.Step, run?.RunTime);
        return shown;
    }

    private static Measurement Measured(TuningJob job, double value, int? step, TimeSpan? elapsed)
    {
        var measured = new Measurement { StepCount = step ?? 0, Metrics = { new Measurement.Types.Metric { MetricId = job.Spec.Objective, Value = value } } };
        if (elapsed is { } time && time >= TimeSpan.Zero) measured.ElapsedDuration = time.ToDuration();
        return measured;
    }

    private static Value Read(TuningJob job, string name, string text)
    {
        var range = job.Spec.Ranges.First(r => r.Name == name);
        return range.Values is null && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Value.ForNumber(number) : Value.ForString(text);
    }

    private static Trial.Types.State State(EngineTrial trial) => trial.State switch
    {
        EngineState.Queued => Trial.Types.State.Requested,
        EngineState.Stopping => Trial.Types.State.Stopping,
        EngineState.Completed or EngineState.Stopped when trial.Objective is not null => Trial.Types.State.Succeeded,
        EngineState.Completed or EngineState.Stopped or EngineState.Failed => Trial.Types.State.Infeasible,
        _ => Trial.Types.State.Active,
    };
}
