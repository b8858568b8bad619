using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Tuning;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>What a trial needs of its tuning job.</summary>
internal sealed record TrialPlan(string Account, string Region, string TuningJobName, string TuningJobArn, string ObjectiveMetric, HyperParameterTrainingJobDefinition Definition)
{
    public string ToJson() => JsonSerializer.Serialize(this, SageMakerJson.Of<TrialPlan>());

    public static TrialPlan Parse(string json) => JsonSerializer.Deserialize(json, SageMakerJson.Of<TrialPlan>())!;

    /// <summary>The trial's training job: SageMaker appends the number and eight characters, which are the same whenever this trial is launched again.</summary>
    public string TrainingJobName(int number)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{TuningJobArn}/{number}"));
        return string.Create(CultureInfo.InvariantCulture, $"{TuningJobName}-{number:D3}-{Convert.ToHexStringLower(hash)[..8]}");
    }
}

/// <summary>Launches trials as training jobs of the account whose tuning job it is. The operations are looked up late: they need the tuning jobs too.</summary>
internal sealed class TrialLauncher(IServiceProvider services) : ITrialLauncher
{
    private const string ObjectiveKey = "_tuning_objective_metric";

    public string Owner => SageMakerIds.Owner;

    public async Task<Result<string>> LaunchAsync(TuningSpec tuning, int number, IReadOnlyDictionary<string, string> values, CancellationToken ct)
    {
        var operations = services.GetRequiredService<TrainingJobOperations>();
        var plan = TrialPlan.Parse(tuning.LauncherData);
        var caller = new AwsCaller(plan.Account, plan.Region, "", "");
        var name = plan.TrainingJobName(number);
        if (await operations.FindAsync(caller, name, ct) is var (known, _)) return known.EngineId;
        var created = await operations.CreateAsync(ToRequest(plan, name, values), caller, plan.TuningJobArn, ct);
        return created.TryGet(SageMakerErrors.Of, out var stored, out var error) ? stored.EngineId : new Error(ErrorCode.InvalidArgument, error.Message);
    }

    private static CreateTrainingJobRequest ToRequest(TrialPlan plan, string name, IReadOnlyDictionary<string, string> values)
    {
        var definition = plan.Definition;
        var hyperParameters = new Dictionary<string, string>(definition.StaticHyperParameters ?? new Dictionary<string, string>());
        foreach (var (key, value) in values) hyperParameters[key] = value;
        hyperParameters[ObjectiveKey] = plan.ObjectiveMetric;
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
