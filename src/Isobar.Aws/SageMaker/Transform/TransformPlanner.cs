using System.Globalization;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Hosting;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Batch;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;
using EngineStrategy = Isobar.Engine.Batch.BatchStrategy;

namespace Isobar.Aws.SageMaker.Transform;

/// <summary>Turns a CreateTransformJob request into what the engine runs.</summary>
internal sealed class TransformPlanner(HostedModels models, S3Inputs inputs, TimeProvider time)
{
    public const string LogGroup = "/aws/sagemaker/TransformJobs";

    public async Task<AwsResult<BatchSpec>> PlanAsync(CreateTransformJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        var source = request.TransformInput!.DataSource!.S3DataSource!;
        var faults = new List<string>();
        if (!S3Place.TryParse(source.S3Uri, out var input)) faults.Add($"The input '{source.S3Uri}' is not an S3 URI.");
        if (!S3Place.TryParse(request.TransformOutput!.S3OutputPath, out var output)) faults.Add($"The output path '{request.TransformOutput.S3OutputPath}' is not an S3 URI.");
        if (source.S3DataType is not ("S3Prefix" or "ManifestFile")) faults.Add($"S3DataType {source.S3DataType} is not supported here; use S3Prefix or ManifestFile.");
        if (request.TransformInput.SplitType == "TFRecord") faults.Add("SplitType TFRecord is not supported here; use None, Line or RecordIO.");
        if (request.BatchStrategy == "MultiRecord" && (request.TransformInput.SplitType ?? "None") == "None") faults.Add("BatchStrategy MultiRecord needs a SplitType other than None.");
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));
        if (!(await models.ResolveAsync(caller, request.ModelName!, ct)).TryGet(out var model, out var failure)) return failure;
        if (await inputs.MissingAsync(caller, source.S3Uri!, input!, null, ct) is { } missing) return missing;

        var name = request.TransformJobName!;
        if (InstanceQuota.Exceeded("transform job", request.TransformResources!.InstanceType, request.TransformResources.InstanceCount!.Value) is { } exceeded) return exceeded;
        return new BatchSpec
        {
            Id = SageMakerIds.Engine(caller, name),
            Owner = SageMakerIds.Owner,
            Name = name,
            Region = caller.Region,
            Model = model,
            Input = input!,
            InputKind = source.S3DataType == "ManifestFile" ? ChannelSourceKind.Manifest : ChannelSourceKind.Prefix,
            ContentType = request.TransformInput.ContentType,
            Gzip = request.TransformInput.CompressionType == "Gzip",
            Split = request.TransformInput.SplitType switch { "Line" => BatchSplit.Line, "RecordIO" => BatchSplit.RecordIO, _ => BatchSplit.None },
            Strategy = request.BatchStrategy == "SingleRecord" ? EngineStrategy.SingleRecord : EngineStrategy.MultiRecord,
            MaxPayloadBytes = (request.MaxPayloadInMB is > 0 and var megabytes ? Math.Min(megabytes, 100) : 6) << 20,
            MaxConcurrency = request.MaxConcurrentTransforms ?? 0,
            Output = output!,
            Accept = request.TransformOutput.Accept,
            Assemble = request.TransformOutput.AssembleWith == "Line" ? BatchAssembly.Line : BatchAssembly.None,
            Processing = request.DataProcessing is { } p ? new BatchDataProcessing(p.InputFilter ?? "$", p.JoinSource == "Input", p.OutputFilter ?? "$") : null,
            Instance = new InstanceSpec(request.TransformResources.InstanceType!, request.TransformResources.InstanceCount!.Value),
            Environment = EnvironmentOf(request),
            RequestTimeout = TimeSpan.FromSeconds(request.ModelClientConfig?.InvocationsTimeoutInSeconds ?? 600),
            MaxRetries = request.ModelClientConfig?.InvocationsMaxRetries ?? 3,
            Log = new LogStreamName(SageMakerIds.Owner, LogGroup, $"{name}/i-{Guid.NewGuid().ToString("n")[..17]}-{time.GetUtcNow().ToUnixTimeSeconds()}"),
            Tags = ResourceTags.ToMap(request.Tags),
        };
    }

    /// <summary>What SageMaker tells a container about the transform; some write another format then (XGBoost a line a row).</summary>
    private static Dictionary<string, string> EnvironmentOf(CreateTransformJobRequest request) => new(request.Environment ?? new Dictionary<string, string>())
    {
        ["SAGEMAKER_BATCH"] = "true",
        ["SAGEMAKER_BATCH_STRATEGY"] = request.BatchStrategy ?? "MultiRecord",
        ["SAGEMAKER_MAX_PAYLOAD_IN_MB"] = (request.MaxPayloadInMB ?? 6).ToString(CultureInfo.InvariantCulture),
        ["SAGEMAKER_MAX_CONCURRENT_TRANSFORMS"] = (request.MaxConcurrentTransforms ?? 1).ToString(CultureInfo.InvariantCulture),
    };
}
