using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Tuning;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>Launches trials as training jobs of the account whose tuning job it is. The operations are looked up late: they need the tuning jobs too.</summary>
internal sealed class TrialLauncher(IServiceProvider services) : ITrialLauncher
{
    private const string ObjectiveKey = "_tuning_objective_metric";

    public string Owner => SageMakerIds.Owner;

    public async Task<Result<string>> LaunchAsync(TuningSpec tuning, TrialRequest trial, CancellationToken ct)
    {
        var (number, values, arm) = trial;
        var operations = services.GetRequiredService<TrainingJobOperations>();
        var plan = TrialPlan.Parse(tuning.LauncherData);
        var caller = new AwsCaller(plan.Account, plan.Region, "", "");
        var name = plan.TrainingJobName(number);
        if (await operations.FindAsync(caller, name, ct) is var (known, _)) return known.EngineId;
        var created = await operations.CreateAsync(ToRequest(plan.Of(arm), name, values), caller, plan.TuningJobArn, ct);
        return created.TryGet(SageMakerErrors.Of, out var stored, out var error) ? stored.EngineId : new Error(ErrorCode.InvalidArgument, error.Message);
    }

    private static CreateTrainingJobRequest ToRequest(TrialDefinition trial, string name, IReadOnlyDictionary<string, string> values)
    {
        var definition = trial.Job;
        var hyperParameters = new Dictionary<string, string>(definition.StaticHyperParameters ?? new Dictionary<string, string>());
        foreach (var (key, value) in values) hyperParameters[key] = value;
        hyperParameters[ObjectiveKey] = trial.ObjectiveMetric;
        var request = SageMakerJson.Reshape<CreateTrainingJobRequest>(definition);
        return request with
        {
            TrainingJobName = name,
            HyperParameters = hyperParameters,
            ResourceConfig = request.ResourceConfig ?? ResourcesOf(definition.HyperParameterTuningResourceConfig),
        };
    }

    private static ResourceConfig? ResourcesOf(HyperParameterTuningResourceConfig? config) => config switch
    {
        null => null,
        { InstanceConfigs: [var first, ..] } => SageMakerJson.Reshape<ResourceConfig>(first),
        _ => SageMakerJson.Reshape<ResourceConfig>(config),
    };
}
