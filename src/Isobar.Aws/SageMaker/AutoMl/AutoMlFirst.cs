using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.SageMaker.AutoMl;

/// <summary>The first generation of the operations, of tabular data alone.</summary>
internal static class AutoMlFirst
{
    public static AwsResult<CreateAutoMLJobV2Request> ToSecond(CreateAutoMLJobRequest request)
    {
        var channels = request.InputDataConfig!;
        if (channels.Any(c => c.TargetAttributeName != channels[0].TargetAttributeName)) return SageMakerErrors.Invalid("All channels must name the same TargetAttributeName.");
        return SageMakerJson.Reshape<CreateAutoMLJobV2Request>(request) with
        {
            AutoMLJobInputDataConfig = [.. channels.Select(c => SageMakerJson.Reshape<AutoMLJobChannel>(c))],
            AutoMLProblemTypeConfig = new AutoMLProblemTypeConfig
            {
                TabularJobConfig = new TabularJobConfig
                {
                    TargetAttributeName = channels[0].TargetAttributeName,
                    SampleWeightAttributeName = channels[0].SampleWeightAttributeName,
                    ProblemType = request.ProblemType,
                    CompletionCriteria = request.AutoMLJobConfig?.CompletionCriteria,
                    Mode = request.AutoMLJobConfig?.Mode,
                    GenerateCandidateDefinitionsOnly = request.GenerateCandidateDefinitionsOnly,
                    FeatureSpecificationS3Uri = request.AutoMLJobConfig?.CandidateGenerationConfig?.FeatureSpecificationS3Uri,
                    CandidateGenerationConfig = request.AutoMLJobConfig?.CandidateGenerationConfig is { } generation ? SageMakerJson.Reshape<CandidateGenerationConfig>(generation) : null,
                },
            },
            DataSplitConfig = request.AutoMLJobConfig?.DataSplitConfig,
            SecurityConfig = request.AutoMLJobConfig?.SecurityConfig,
        };
    }

    public static DescribeAutoMLJobResponse Describe(DescribeAutoMLJobV2Response job)
    {
        var tabular = job.AutoMLProblemTypeConfig!.TabularJobConfig!;
        return SageMakerJson.Reshape<DescribeAutoMLJobResponse>(job with { ResolvedAttributes = null }) with
        {
            InputDataConfig = [.. job.AutoMLJobInputDataConfig!.Select(c => SageMakerJson.Reshape<AutoMLChannel>(c) with { TargetAttributeName = tabular.TargetAttributeName, SampleWeightAttributeName = tabular.SampleWeightAttributeName })],
            ProblemType = tabular.ProblemType,
            AutoMLJobConfig = new AutoMLJobConfig { CompletionCriteria = tabular.CompletionCriteria, Mode = tabular.Mode, DataSplitConfig = job.DataSplitConfig, SecurityConfig = job.SecurityConfig },
            ResolvedAttributes = job.ResolvedAttributes is not { } resolved ? null : new ResolvedAttributes
            {
                AutoMLJobObjective = resolved.AutoMLJobObjective,
                CompletionCriteria = resolved.CompletionCriteria,
                ProblemType = resolved.AutoMLProblemTypeResolvedAttributes?.TabularResolvedAttributes?.ProblemType,
            },
        };
    }
}
