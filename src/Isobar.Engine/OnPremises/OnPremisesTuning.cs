using System.Globalization;
using System.Text.Json;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;

namespace Isobar.Engine.OnPremises;

/// <summary>The searches of this machine.</summary>
internal sealed class OnPremisesTuning(ITuningJobs jobs) : ITuning
{
    public async Task<Result<TuningRun>> StartAsync(TuningOrder order, CancellationToken ct = default)
    {
        if (!Enum.TryParse<TuningStrategy>(order.Strategy, ignoreCase: true, out var strategy))
            return Error.Invalid("Strategy", order.Strategy, $"'{order.Strategy}' is no strategy; there are {string.Join(", ", Enum.GetNames<TuningStrategy>())}.");
        // A template that cannot be a job fails here, not in every trial.
        if (OnPremisesTraining.Spec(order.Template).Error is { } bad) return bad;
        return (await jobs.SubmitAsync(new TuningSpec
        {
            Id = OnPremisesCloud.Id(order.Template.Name),
            Owner = OnPremisesCloud.Owner,
            Strategy = strategy,
            Ranges = [.. order.Ranges.Select(r => new ParameterRange(r.Name) { Min = r.Min, Max = r.Max, IsInteger = r.Whole, Values = r.Choices, Scaling = r.Logarithmic ? RangeScaling.Logarithmic : RangeScaling.Linear })],
            Objective = order.Metric,
            Maximize = !order.Minimize,
            MaxTrials = order.MaxJobs,
            MaxParallel = order.MaxParallel,
            Seed = order.Template.Seed,
            LauncherData = JsonSerializer.Serialize(order.Template, OnPremisesJson.Default.TrainingOrder),
        }, ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<TuningRun>> GetAsync(string name, CancellationToken ct = default) => (await jobs.GetAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => (await jobs.StopAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).Map(_ => Done.Value);

    private static TuningRun Shown(TuningJob job) => new(
        job.Spec.Id[(OnPremisesCloud.Owner.Length + 1)..], OnPremisesCloud.State(job.State), job.Reason, job.Trials.Count(t => t.State == JobState.Completed),
        job.Best?.TrainingJobId[(OnPremisesCloud.Owner.Length + 1)..], job.Best?.Objective, job.Best?.Values ?? new Dictionary<string, string>());
}

/// <summary>Launches trials as training jobs of this machine.</summary>
internal sealed class OnPremisesTrials(ITrainingJobs jobs) : ITrialLauncher
{
    public string Owner => OnPremisesCloud.Owner;

    public async Task<Result<string>> LaunchAsync(TuningSpec tuning, TrialRequest trial, CancellationToken ct)
    {
        var (number, values, _) = trial;
        var template = JsonSerializer.Deserialize(tuning.LauncherData, OnPremisesJson.Default.TrainingOrder)!;
        var given = new Dictionary<string, string>(template.HyperParameters);
        foreach (var (name, value) in values) given[name] = value;
        var order = template with { Name = string.Create(CultureInfo.InvariantCulture, $"{template.Name}-{number:D3}"), HyperParameters = given };
        if (!OnPremisesTraining.Spec(order).TryGet(out var spec, out var error)) return error;
        // The same number may be launched again after a restart: its job is there already.
        var started = await jobs.SubmitAsync(spec, ct).ConfigureAwait(false);
        return started.IsOk || started.Error.Code == ErrorCode.AlreadyExists ? spec.Id : started.Error;
    }
}
