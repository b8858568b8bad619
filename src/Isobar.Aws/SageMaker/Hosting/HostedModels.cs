using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Aws.SageMaker.Registry;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Models;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>Finds a SageMaker model and says what the engine has to run for it.</summary>
internal sealed class HostedModels(ResourceTable<CreateModelInput> models, ModelPackageStore packages, ISageMakerAlgorithms algorithms)
{
    private const string ProgramKey = "SAGEMAKER_PROGRAM", SourceKey = "SAGEMAKER_SUBMIT_DIRECTORY", PortKey = "SAGEMAKER_BIND_TO_PORT";

    /// <summary>The model of that name, for the engine.</summary>
    public async Task<AwsResult<ModelSpec>> ResolveAsync(AwsCaller caller, string name, CancellationToken ct)
    {
        if (await models.GetAsync(caller, name, ct) is not { } stored) return SageMakerErrors.CouldNotFind("model", models.Arn(caller, name));
        return (await ContainerOfAsync(stored.Request, caller, ct)).TryGet(out var container, out var failure) ? ToSpec(name, container) : failure;
    }

    /// <summary>Why a model cannot be deployed although it exists: the version of the registry that it stands for is not approved. Null: nothing is against it.</summary>
    public async Task<AwsError?> UnapprovedAsync(AwsCaller caller, string name, CancellationToken ct)
    {
        if (await models.GetAsync(caller, name, ct) is not { } stored) return null;
        var container = stored.Request.PrimaryContainer ?? stored.Request.Containers?.FirstOrDefault();
        if (container?.ModelPackageName is not { } package || !(await packages.FindAsync(caller, package, ct)).TryGet(out var found, out _)) return null;
        return found.Request is { ModelPackageGroupName: not null, ModelApprovalStatus: not "Approved" }
            ? SageMakerErrors.Invalid($"The model package version {found.Arn} has the approval status {found.Request.ModelApprovalStatus}; it must be Approved to be deployed.")
            : null;
    }

    /// <summary>The image of a model as it was asked for, for DescribeEndpoint; null when the model is gone.</summary>
    public async Task<string?> ImageAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await models.GetAsync(caller, name, ct) is { } stored && (await ContainerOfAsync(stored.Request, caller, ct)).TryGet(out var container, out _) ? container.Image : null;

    /// <summary>The one container of a model; a model package stands for the container that it describes.</summary>
    public async Task<AwsResult<ContainerDefinition>> ContainerOfAsync(CreateModelInput model, AwsCaller caller, CancellationToken ct)
    {
        var all = (model.PrimaryContainer is { } primary ? [primary] : model.Containers ?? []).ToList();
        if (model.PrimaryContainer is not null && model.Containers is { Count: > 0 }) return SageMakerErrors.Invalid("Both PrimaryContainer and Containers are set; set one of them.");
        if (all.Count == 0) return SageMakerErrors.Invalid("One of PrimaryContainer and Containers is required.");
        if (all.Count > 1) return SageMakerErrors.Invalid("Inference pipelines of several containers are not supported here.");
        var container = all[0];
        if (container.ModelPackageName is not { } package)
        {
            if (container.Image is null) return SageMakerErrors.Invalid("Either Image or ModelPackageName is required for a container.");
            return ArtifactOf(container).TryGet(out _, out var bad) ? container : bad;
        }
        if (!(await packages.FindAsync(caller, package, ct)).TryGet(out var found, out var missing)) return missing;
        if (found.Request.InferenceSpecification?.Containers is not [var described, ..]) return SageMakerErrors.Invalid($"The model package {found.Arn} has no InferenceSpecification to deploy.");
        var environment = new Dictionary<string, string>(described.Environment ?? new Dictionary<string, string>());
        foreach (var (key, value) in container.Environment ?? new Dictionary<string, string>()) environment[key] = value;
        return container with
        {
            Image = container.Image ?? described.Image,
            ModelDataUrl = container.ModelDataUrl ?? described.ModelDataUrl,
            ModelDataSource = container.ModelDataSource ?? described.ModelDataSource,
            Environment = environment,
        };
    }

    private AwsResult<ModelSpec> ToSpec(string name, ContainerDefinition container)
    {
        if (!ArtifactOf(container).TryGet(out var artifact, out var failure)) return failure;
        var environment = new Dictionary<string, string>(container.Environment ?? new Dictionary<string, string>());
        ModelProgram program;
        if (environment.TryGetValue(ProgramKey, out var script))
        {
            // A framework's container starts the script's server on this port.
            environment.TryAdd(PortKey, "{port}");
            program = new ScriptModelProgram(ScriptMode.Interpreter(script), SourceOf(environment));
        }
        else if (algorithms.Recognise(container.Image) is { } algorithm)
        {
            program = new OnnxProgram(algorithm.Codec);
        }
        else
        {
            environment.TryAdd(PortKey, "{port}");
            program = new ScriptModelProgram(["{code}/serve"], SourceOf(environment)) { GraphCodec = "tensors" };
        }
        return new ModelSpec { Name = name, Program = program, Artifact = artifact.Location, Environment = environment };
    }

    private static ObjectLocation? SourceOf(Dictionary<string, string> environment) =>
        environment.TryGetValue(SourceKey, out var uri) && uri.Contains("://", StringComparison.Ordinal) && S3Place.TryParse(uri, out var place) ? place : null;

    private static AwsResult<Artifact> ArtifactOf(ContainerDefinition container)
    {
        var uri = container.ModelDataUrl;
        if (container.ModelDataSource?.S3DataSource is { } source)
        {
            if (source.S3DataType != "S3Object") return SageMakerErrors.Invalid("ModelDataSource with S3DataType S3Prefix is not supported here; give one object (S3Object).");
            uri = source.S3Uri;
        }
        if (container.Mode == "MultiModel") return SageMakerErrors.Invalid("Multi-model containers are not supported here.");
        if (uri is null) return new Artifact(null);
        return S3Place.TryParse(uri, out var place) ? new Artifact(place) : SageMakerErrors.Invalid($"The model data '{uri}' is not an S3 URI.");
    }

    private sealed record Artifact(ObjectLocation? Location);
}
