using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Logs;
using Isobar.Engine.Processing;
using Isobar.Engine.Training;
using EngineInput = Isobar.Engine.Processing.ProcessingInput;
using EngineOutput = Isobar.Engine.Processing.ProcessingOutput;

namespace Isobar.Aws.SageMaker.Processing;

/// <summary>Turns a CreateProcessingJob request into what the engine runs.</summary>
internal sealed class ProcessingPlanner(S3Inputs inputs, TimeProvider time)
{
    public const string LogGroup = "/aws/sagemaker/ProcessingJobs";

    /// <summary>The repository name of Model Monitor's container; the engine has that analysis built in.</summary>
    public const string MonitorImage = "sagemaker-model-monitor-analyzer", MonitorProcessor = "model-monitor-analyzer";

    public async Task<AwsResult<ProcessingSpec>> PlanAsync(CreateProcessingJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        var faults = new List<string>();
        var ins = (request.ProcessingInputs ?? []).Select(i => ToInput(i, faults)).OfType<EngineInput>().ToList();
        var outs = (request.ProcessingOutputConfig?.Outputs ?? []).Select(o => ToOutput(o, faults)).OfType<EngineOutput>().ToList();
        var application = request.AppSpecification!;
        var builtIn = application.ContainerEntrypoint is null && application.ImageUri!.Contains(MonitorImage, StringComparison.Ordinal);
        if (application.ContainerEntrypoint is not { Count: > 0 } && !builtIn)
            faults.Add($"The image '{application.ImageUri}' needs AppSpecification.ContainerEntrypoint: images are not run here, their programs are. Without one, only {MonitorImage} is supported.");
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));
        var cluster = request.ProcessingResources!.ClusterConfig!;
        if (InstanceQuota.Exceeded("processing job", cluster.InstanceType, cluster.InstanceCount!.Value) is { } exceeded) return exceeded;
        foreach (var input in ins)
        {
            if (await inputs.MissingAsync(caller, S3Place.ToUri(input.Source), input.Source, request.RoleArn, ct) is { } missing) return missing;
        }
        var name = request.ProcessingJobName!;
        return new ProcessingSpec
        {
            Id = SageMakerIds.Engine(caller, name),
            Owner = SageMakerIds.Owner,
            Name = name,
            Region = caller.Region,
            Command = builtIn ? [] : [.. application.ContainerEntrypoint!, .. application.ContainerArguments ?? []],
            BuiltIn = builtIn ? MonitorProcessor : null,
            Inputs = ins,
            Outputs = outs,
            Environment = request.Environment ?? new Dictionary<string, string>(),
            MaxRunTime = TimeSpan.FromSeconds(request.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400),
            Instance = new InstanceSpec(cluster.InstanceType!, cluster.InstanceCount!.Value, cluster.VolumeSizeInGB!.Value),
            Log = new LogStreamName(SageMakerIds.Owner, LogGroup, $"{name}/algo-1-{time.GetUtcNow().ToUnixTimeSeconds()}"),
            Tags = ResourceTags.ToMap(request.Tags),
        };
    }

    private static EngineInput? ToInput(Wire.ProcessingInput input, List<string> faults)
    {
        if (input.S3Input is not { } s3 || s3.S3DataType != "S3Prefix" || s3.LocalPath is null)
        {
            faults.Add($"The input '{input.InputName}' must be an S3Input of S3DataType S3Prefix with a LocalPath; other inputs are not supported here.");
            return null;
        }
        if (S3Place.TryParse(s3.S3Uri, out var place)) return new EngineInput(input.InputName!, place, s3.LocalPath);
        faults.Add($"The input '{input.InputName}' has the source '{s3.S3Uri}', which is not an S3 URI.");
        return null;
    }

    private static EngineOutput? ToOutput(Wire.ProcessingOutput output, List<string> faults)
    {
        if (output.S3Output is not { LocalPath: { } path } s3)
        {
            faults.Add($"The output '{output.OutputName}' must be an S3Output with a LocalPath; other outputs are not supported here.");
            return null;
        }
        if (S3Place.TryParse(s3.S3Uri, out var place)) return new EngineOutput(output.OutputName!, path, place, s3.S3UploadMode == "Continuous");
        faults.Add($"The output '{output.OutputName}' has the target '{s3.S3Uri}', which is not an S3 URI.");
        return null;
    }
}
