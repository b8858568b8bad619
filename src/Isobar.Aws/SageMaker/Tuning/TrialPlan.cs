using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>What trials need of their tuning job.</summary>
/// <param name="Definitions">One, or one for each arm.</param>
internal sealed record TrialPlan(string Account, string Region, string TuningJobName, string TuningJobArn, IReadOnlyList<TrialDefinition> Definitions)
{
    public string ToJson() => JsonSerializer.Serialize(this, SageMakerJson.Of<TrialPlan>());

    public static TrialPlan Parse(string json) => JsonSerializer.Deserialize(json, SageMakerJson.Of<TrialPlan>())!;

    /// <summary>What a trial of an arm runs.</summary>
    public TrialDefinition Of(string? arm) => Definitions.FirstOrDefault(d => d.Job.DefinitionName == arm) ?? Definitions[0];

    /// <summary>The trial's training job: SageMaker appends the number and eight characters, which are the same whenever this trial is launched again.</summary>
    public string TrainingJobName(int number)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{TuningJobArn}/{number}"));
        return string.Create(CultureInfo.InvariantCulture, $"{TuningJobName}-{number:D3}-{Convert.ToHexStringLower(hash)[..8]}");
    }
}

/// <summary>What is trained, and by which metric it is judged.</summary>
internal sealed record TrialDefinition(string ObjectiveMetric, HyperParameterTrainingJobDefinition Job);
