using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>How SageMaker shows an endpoint of the engine.</summary>
internal static class EndpointView
{
    public static string Status(EndpointInfo info) => info.State.ToString();

    public static EndpointSummary Summary(Stored<CreateEndpointInput> stored, EndpointInfo info) => new()
    {
        EndpointName = stored.Name,
        EndpointArn = stored.Arn,
        CreationTime = stored.Created,
        LastModifiedTime = info.Updated > stored.Modified ? info.Updated : stored.Modified,
        EndpointStatus = Status(info),
    };

    /// <param name="config">The configuration in service, where it still exists.</param>
    /// <param name="images">Images by variant.</param>
    public static DescribeEndpointOutput Describe(Stored<CreateEndpointInput> stored, EndpointInfo info, CreateEndpointConfigInput? config, IReadOnlyDictionary<string, string> images)
    {
        var summary = Summary(stored, info);
        var starting = info.State is EndpointState.Creating or EndpointState.Failed;
        var shadows = info.Variants.Where(v => v.Shadow).Select(ToSummary).ToList();
        return new DescribeEndpointOutput
        {
            EndpointName = stored.Name,
            EndpointArn = stored.Arn,
            EndpointConfigName = info.Spec.Configuration,
            // SageMaker leaves the variants out until the endpoint is in service.
            ProductionVariants = starting ? null : [.. info.Variants.Where(v => !v.Shadow).Select(ToSummary)],
            ShadowProductionVariants = starting || shadows.Count == 0 ? null : shadows,
            DataCaptureConfig = config?.DataCaptureConfig is { } capture
                ? new DataCaptureConfigSummary
                {
                    EnableCapture = capture.EnableCapture ?? true,
                    CaptureStatus = info.Spec.Capture is null ? "Stopped" : "Started",
                    CurrentSamplingPercentage = capture.InitialSamplingPercentage,
                    DestinationS3Uri = capture.DestinationS3Uri,
                    KmsKeyId = capture.KmsKeyId ?? "",
                }
                : null,
            EndpointStatus = Status(info),
            FailureReason = info.Reason,
            CreationTime = stored.Created,
            LastModifiedTime = summary.LastModifiedTime,
            LastDeploymentConfig = stored.Request.DeploymentConfig,
            AsyncInferenceConfig = config?.AsyncInferenceConfig,
            PendingDeploymentSummary = info.Pending is { } pending
                ? new PendingDeploymentSummary { EndpointConfigName = pending.Configuration, StartTime = info.Updated, ProductionVariants = [.. pending.Variants.Select(ToPending)] }
                : null,
        };

        ProductionVariantSummary ToSummary(VariantStatus variant)
        {
            var serverless = config?.ProductionVariants?.FirstOrDefault(v => v.VariantName == variant.Name)?.ServerlessConfig;
            return new ProductionVariantSummary
            {
                VariantName = variant.Name,
                DeployedImages = images.TryGetValue(variant.Name, out var image) ? [new DeployedImage { SpecifiedImage = image, ResolvedImage = image, ResolutionTime = stored.Created }] : null,
                CurrentWeight = variant.CurrentWeight,
                DesiredWeight = variant.DesiredWeight,
                CurrentInstanceCount = serverless is null ? variant.CurrentCount : 0,
                DesiredInstanceCount = serverless is null ? variant.DesiredCount : 0,
                CurrentServerlessConfig = serverless,
                DesiredServerlessConfig = serverless,
            };
        }
    }

    private static PendingProductionVariantSummary ToPending(VariantSpec variant) => new()
    {
        VariantName = variant.Name,
        DesiredWeight = variant.Weight,
        DesiredInstanceCount = variant.InstanceCount,
        InstanceType = variant.InstanceType,
    };
}
