using System.Text.Json.Nodes;
using Isobar.Engine;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Jobs;

/// <summary>Turns a custom job into what the engine runs.</summary>
internal sealed class CustomJobPlanner(EngineOptions options)
{
    public const string Owner = "gcp", LogGroup = "aiplatform.googleapis.com/CustomJob";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromDays(7);

    // sdists hold their package one folder down; modules are found in either place. What python is not told on its path it would not find.
    private const string RunModule = "for d in \"$1\" \"$1\"/*/; do export PYTHONPATH=\"$d:$PYTHONPATH\"; done; shift; exec python3 -m \"$@\"";

    public static LogStreamName Log(ResourceName name) => new(Owner, LogGroup, $"{name.Project}/{name.Location}/{name.Id}");

    /// <param name="address">Where this emulator answers, for the child's own clients.</param>
    /// <param name="root">The field that holds the job's specification, for messages.</param>
    public TrainingSpec Plan(ResourceName name, CustomJob job, string address, string root = "custom_job.job_spec")
    {
        var field = root + ".worker_pool_specs[0]";
        if (job.DisplayName.Length is 0 or > 128) throw Faults.Invalid("custom_job.display_name", job.DisplayName, "1 to 128 characters");
        if (job.JobSpec is not { WorkerPoolSpecs.Count: > 0 } spec) throw Faults.Required(root + ".worker_pool_specs");
        var pool = spec.WorkerPoolSpecs[0];
        if (spec.WorkerPoolSpecs.Count > 1 || pool.ReplicaCount > 1) throw Faults.Unimplemented("Several replicas are not supported here: give one worker pool with replica_count 1.");
        var output = spec.BaseOutputDirectory is { OutputUriPrefix: { Length: > 0 } prefix } ? Gcs.Parse(prefix, root + ".base_output_directory.output_uri_prefix") : null;
        var env = pool.TaskCase == WorkerPoolSpec.TaskOneofCase.PythonPackageSpec ? pool.PythonPackageSpec.Env : pool.ContainerSpec?.Env ?? [];
        var environment = Variables(name, output, address);
        foreach (var variable in env) environment[variable.Name] = variable.Value;
        var (program, hyperParameters, channels) = ProgramOf(pool, environment, field);
        return new TrainingSpec
        {
            Id = name.Engine,
            Owner = Owner,
            Name = name.Id,
            Region = name.Location,
            Program = program,
            HyperParameters = hyperParameters,
            Channels = channels,
            ModelOutput = output is null ? null : output.Below("model/model.tar.gz"),
            DataOutput = output is null ? null : output.Below("output.tar.gz"),
            Checkpoints = output is null ? null : output.Below("checkpoints/"),
            MaxRunTime = spec.Scheduling?.Timeout?.ToTimeSpan() is { Ticks: > 0 } timeout ? timeout : DefaultTimeout,
            Spot = spec.Scheduling?.Strategy == Scheduling.Types.Strategy.Spot ? new SpotSpec(DefaultTimeout) : null,
            Instance = new InstanceSpec(pool.MachineSpec?.MachineType is { Length: > 0 } machine ? machine : "n1-standard-4", 1, pool.DiskSpec?.BootDiskSizeGb is > 0 and var size ? size : 100),
            Environment = environment,
            Origin = address,
            Log = Log(name),
            Tags = job.Labels.ToDictionary(),
        };
    }

    private static (JobProgram Program, IReadOnlyDictionary<string, string> HyperParameters, IReadOnlyList<ChannelSpec> Channels) ProgramOf(WorkerPoolSpec pool, Dictionary<string, string> environment, string field)
    {
        var none = new Dictionary<string, string>();
        switch (pool.TaskCase)
        {
            case WorkerPoolSpec.TaskOneofCase.PythonPackageSpec:
                var package = pool.PythonPackageSpec;
                if (package.PackageUris.Count != 1) throw Faults.Invalid(field + ".python_package_spec.package_uris", null, "one gs:// URI of a source distribution (tar.gz)");
                if (package.PythonModule.Length == 0) throw Faults.Required(field + ".python_package_spec.python_module");
                return (new ScriptProgram(["bash", "-c", RunModule, "run", "{code}", package.PythonModule, .. package.Args], Gcs.Parse(package.PackageUris[0], field + ".python_package_spec.package_uris[0]")), none, []);
            case WorkerPoolSpec.TaskOneofCase.ContainerSpec:
                var container = pool.ContainerSpec;
                if (container.ImageUri.Length == 0) throw Faults.Required(field + ".container_spec.image_uri");
                if (container.Command.Count > 0) return (new ScriptProgram([.. container.Command, .. container.Args]), none, []);
                if (CodeArguments.IsCode(container.ImageUri))
                {
                    var code = CodeArguments.Read(container.Args, field + ".container_spec.args");
                    return (code.Program, code.HyperParameters, code.Channels);
                }
                if (AlgorithmArguments.Recognise(container.ImageUri) is not { } algorithm)
                    throw Faults.Invalid(field + ".container_spec.image_uri", container.ImageUri, $"images run here by their name or by their command: isobar/NAME with NAME one of {string.Join(", ", AlgorithmCatalog.All.Select(a => a.Name))}, or any image with container_spec.command");
                var read = AlgorithmArguments.Read(algorithm, container.Args, environment.GetValueOrDefault("AIP_TRAINING_DATA_URI"), field + ".container_spec.args", environment.GetValueOrDefault("AIP_VALIDATION_DATA_URI"));
                return (read.Program, read.HyperParameters, read.Channels);
            default:
                throw Faults.Required(field + ".container_spec");
        }
    }

    /// <summary>What Vertex AI tells a container, and how its clients find this machine instead of Google.</summary>
    private Dictionary<string, string> Variables(ResourceName name, ObjectLocation? output, string address)
    {
        var variables = new Dictionary<string, string>(GoogleEnvironment.Variables(options.DataDirectory, address))
        {
            ["GOOGLE_CLOUD_PROJECT"] = name.Project,
            ["CLOUD_ML_PROJECT_ID"] = name.Project,
            ["CLOUD_ML_REGION"] = name.Location,
            ["CLOUD_ML_JOB_ID"] = name.Id,
            ["CLUSTER_SPEC"] = new JsonObject { ["cluster"] = new JsonObject { ["workerpool0"] = new JsonArray("localhost:2222") }, ["environment"] = "cloud", ["task"] = new JsonObject { ["type"] = "workerpool0", ["index"] = 0 } }.ToJsonString(),
            ["TF_CONFIG"] = new JsonObject { ["cluster"] = new JsonObject { ["chief"] = new JsonArray("localhost:2222") }, ["environment"] = "cloud", ["task"] = new JsonObject { ["type"] = "chief", ["index"] = 0 } }.ToJsonString(),
        };
        if (output is null) return variables;
        variables["AIP_MODEL_DIR"] = Gcs.Uri(output.Below("model/"));
        variables["AIP_CHECKPOINT_DIR"] = Gcs.Uri(output.Below("checkpoints/"));
        variables["AIP_TENSORBOARD_LOG_DIR"] = Gcs.Uri(output.Below("logs/"));
        return variables;
    }
}
