using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;
using EngineMetric = Isobar.Engine.Training.MetricDefinition;

namespace Isobar.Aws.SageMaker.Training;

/// <summary>Turns a CreateTrainingJob request into what the engine runs.</summary>
internal sealed class TrainingPlanner(ISageMakerAlgorithms algorithms, TimeProvider time)
{
    public const string LogGroup = "/aws/sagemaker/TrainingJobs";

    private static readonly TimeSpan DefaultMaxRunTime = TimeSpan.FromDays(1);

    public AwsResult<TrainingSpec> Plan(CreateTrainingJobRequest request, AwsCaller caller)
    {
        var faults = new List<string>();
        var channels = (request.InputDataConfig ?? []).Select(c => ToChannel(c, faults)).OfType<ChannelSpec>().ToList();
        foreach (var twice in channels.GroupBy(c => c.Name).Where(g => g.Count() > 1)) faults.Add($"The channel name '{twice.Key}' is used more than once; channel names must be unique.");
        if (!S3Place.TryParse(request.OutputDataConfig?.S3OutputPath, out var output)) faults.Add($"The output path '{request.OutputDataConfig?.S3OutputPath}' is not an S3 URI.");
        if (request.OutputDataConfig?.CompressionType == "NONE") faults.Add("OutputDataConfig.CompressionType NONE is not supported here: the model is stored as model.tar.gz (GZIP).");
        if (request.ResourceConfig is null) faults.Add("ResourceConfig is required.");
        if (request.EnableManagedSpotTraining == true && request.StoppingCondition?.MaxWaitTimeInSeconds is null) faults.Add("MaxWaitTimeInSeconds is required when EnableManagedSpotTraining is true.");
        if (request.StoppingCondition is { MaxWaitTimeInSeconds: { } wait } condition && wait < (condition.MaxRuntimeInSeconds ?? DefaultMaxRunTime.TotalSeconds)) faults.Add("MaxWaitTimeInSeconds must be equal to or greater than MaxRuntimeInSeconds.");
        ObjectLocation? checkpoints = null;
        if (request.CheckpointConfig is { } checkpoint && !S3Place.TryParse(checkpoint.S3Uri, out checkpoints)) faults.Add($"The checkpoint path '{checkpoint.S3Uri}' is not an S3 URI.");
        var program = ProgramOf(request, faults, out var hyperParameters, out var metrics);
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));
        var instance = InstanceOf(request.ResourceConfig!);
        if (InstanceQuota.Exceeded(request.EnableManagedSpotTraining == true ? "spot training job" : "training job", instance.Type, instance.Count) is { } exceeded) return exceeded;

        var name = request.TrainingJobName!;
        return new TrainingSpec
        {
            Id = SageMakerIds.Engine(caller, name),
            Owner = SageMakerIds.Owner,
            Name = name,
            Region = caller.Region,
            Program = program!,
            HyperParameters = hyperParameters,
            Channels = channels,
            ModelOutput = S3Place.Below(output!, $"{name}/output/model.tar.gz"),
            DataOutput = S3Place.Below(output!, $"{name}/output/output.tar.gz"),
            Checkpoints = checkpoints,
            MaxRunTime = request.StoppingCondition?.MaxRuntimeInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultMaxRunTime,
            Spot = request.EnableManagedSpotTraining == true ? new SpotSpec(TimeSpan.FromSeconds(request.StoppingCondition!.MaxWaitTimeInSeconds!.Value)) : null,
            Instance = instance,
            Environment = request.Environment ?? new Dictionary<string, string>(),
            Metrics = metrics,
            Log = new LogStreamName(SageMakerIds.Owner, LogGroup, $"{name}/algo-1-{time.GetUtcNow().ToUnixTimeSeconds()}"),
            Tags = ResourceTags.ToMap(request.Tags),
        };
    }

    /// <summary>The request as SageMaker stores it: a built-in algorithm's metrics are filled in.</summary>
    public CreateTrainingJobRequest Complete(CreateTrainingJobRequest request)
    {
        var specification = request.AlgorithmSpecification!;
        if (specification.MetricDefinitions is { Count: > 0 } || ScriptMode.IsScript(request.HyperParameters ?? new Dictionary<string, string>()) || specification.ContainerEntrypoint is not null) return request;
        return algorithms.Recognise(specification.TrainingImage ?? specification.AlgorithmName) is { Metrics.Count: > 0 } algorithm
            ? request with { AlgorithmSpecification = specification with { MetricDefinitions = [.. algorithm.Metrics.Select(m => new Wire.MetricDefinition { Name = m.Name, Regex = m.Regex })] } }
            : request;
    }

    /// <summary>The place of the model, whether or not it is there yet.</summary>
    public static string ArtifactOf(TrainingSpec spec) => S3Place.ToUri(spec.ModelOutput!);

    private JobProgram? ProgramOf(CreateTrainingJobRequest request, List<string> faults, out IReadOnlyDictionary<string, string> hyperParameters, out IReadOnlyList<EngineMetric> metrics)
    {
        hyperParameters = request.HyperParameters ?? new Dictionary<string, string>();
        var specification = request.AlgorithmSpecification;
        metrics = [.. (specification?.MetricDefinitions ?? []).Select(m => new EngineMetric(m.Name!, m.Regex!))];
        var image = specification?.TrainingImage ?? specification?.AlgorithmName;
        if (specification is null || (specification.TrainingImage is null) == (specification.AlgorithmName is null))
        {
            faults.Add("Exactly one of AlgorithmSpecification.TrainingImage and AlgorithmSpecification.AlgorithmName is required.");
            return null;
        }
        // Script mode and an own entry point come first: a framework image (sagemaker-xgboost) runs as the built-in algorithm only without a script.
        if (ScriptMode.IsScript(hyperParameters)) return ScriptMode.Program(ref hyperParameters, faults);
        if (specification.ContainerEntrypoint is { Count: > 0 } entry) return new ScriptProgram([.. entry, .. specification.ContainerArguments ?? []]);
        if (algorithms.Recognise(image) is not { } algorithm)
        {
            faults.Add($"No algorithm is known for the image '{image}'. Supported are the built-in algorithms ({string.Join(", ", algorithms.All.Where(a => a.Trains).Select(a => a.Name))}), " +
                "any image with AlgorithmSpecification.ContainerEntrypoint, and framework images with the hyperparameters sagemaker_program and sagemaker_submit_directory.");
            return null;
        }
        if (!algorithm.Trains)
        {
            faults.Add($"The image '{image}' is for inference only.");
            return null;
        }
        // A tuning job tells its trials the objective under a name that no algorithm documents.
        var documented = hyperParameters.Where(h => !h.Key.StartsWith('_')).ToDictionary();
        return algorithms.Plan(algorithm, documented, [.. (request.InputDataConfig ?? []).Select(c => new AlgorithmChannel(c.ChannelName!, c.ContentType))]).Program;
    }

    private static ChannelSpec? ToChannel(Channel channel, List<string> faults)
    {
        if (channel.DataSource?.S3DataSource is not { } source)
        {
            faults.Add($"The channel '{channel.ChannelName}' has no S3DataSource; other data sources are not supported here.");
            return null;
        }
        if (source.S3DataType is not ("S3Prefix" or "ManifestFile"))
        {
            faults.Add($"The channel '{channel.ChannelName}' has S3DataType {source.S3DataType}; S3Prefix and ManifestFile are supported here.");
            return null;
        }
        if (!S3Place.TryParse(source.S3Uri, out var place))
        {
            faults.Add($"The channel '{channel.ChannelName}' has the data source '{source.S3Uri}', which is not an S3 URI.");
            return null;
        }
        return new ChannelSpec(channel.ChannelName!, place, source.S3DataType == "ManifestFile" ? ChannelSourceKind.Manifest : ChannelSourceKind.Prefix,
            channel.ContentType, channel.CompressionType == "Gzip" ? "Gzip" : null)
        {
            ShuffleSeed = channel.ShuffleConfig?.Seed,
            Facts = new Dictionary<string, string>
            {
                ["TrainingInputMode"] = channel.InputMode ?? "File",
                ["S3DistributionType"] = source.S3DataDistributionType ?? "FullyReplicated",
                ["RecordWrapperType"] = channel.RecordWrapperType ?? "None",
            },
        };
    }

    private static InstanceSpec InstanceOf(ResourceConfig config) => config.InstanceGroups is [var group, ..] groups
        ? new(group.InstanceType!, groups.Sum(g => g.InstanceCount ?? 1), config.VolumeSizeInGB ?? 10)
        : new(config.InstanceType ?? "ml.m5.large", config.InstanceCount ?? 1, config.VolumeSizeInGB ?? 10);
}
