using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Google.Protobuf.Collections;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Tuning;

/// <summary>What a trial needs to be launched: the tuning job, and where this emulator answers.</summary>
internal sealed record TrialOrder(string Job, string Address)
{
    public override string ToString() => $"{Address}\n{Job}";

    public static TrialOrder Parse(string text) => new(text[(text.IndexOf('\n') + 1)..], text[..text.IndexOf('\n')]);
}

/// <summary>Launches trials as custom jobs: the parameters are added to the arguments, and a file is named for the metrics.</summary>
internal sealed class TrialLauncher(IStateStore state, ITrainingJobs jobs, CustomJobPlanner planner) : ITrialLauncher
{
    /// <summary>Where cloudml-hypertune writes by this variable's word.</summary>
    private const string MetricFile = "/opt/ml/output/hypertune/output.metrics";
    private readonly ResourceTable<HyperparameterTuningJob> _studies = new(state, HyperparameterTuningJobs.Collection);
    private readonly ResourceTable<CustomJob> _table = new(state, JobRpc.CustomJobs);

    public string Owner => CustomJobPlanner.Owner;

    public async Task<Result<string>> LaunchAsync(TuningSpec tuning, TrialRequest trial, CancellationToken ct)
    {
        var (number, values, _) = trial;
        var order = TrialOrder.Parse(tuning.LauncherData);
        if (await _studies.GetAsync(order.Job, ct).ConfigureAwait(false) is not { } stored) return Error.NotFound($"The tuning job {order.Job}");
        try
        {
            var (job, spec) = Plan(ResourceName.Parse(order.Job, HyperparameterTuningJobs.Collection), stored.Value, number, values, order.Address);
            // The same number may be launched again after a restart: its job is there already.
            await _table.PutAsync(job.Name, job, ct).ConfigureAwait(false);
            var submitted = await jobs.SubmitAsync(spec, ct).ConfigureAwait(false);
            return submitted.IsOk || submitted.Error.Code == ErrorCode.AlreadyExists ? spec.Id : submitted.Error;
        }
        catch (RpcException e)
        {
            return new Error(ErrorCode.InvalidArgument, e.Status.Detail);
        }
    }

    /// <summary>The custom job of a trial and what the engine runs for it.</summary>
    public (CustomJob Job, TrainingSpec Spec) Plan(ResourceName study, HyperparameterTuningJob tuning, int number, IReadOnlyDictionary<string, string> values, string address)
    {
        var name = TrialJob(study, number);
        var id = number.ToString(CultureInfo.InvariantCulture);
        var spec = tuning.TrialJobSpec?.Clone() ?? throw Faults.Required("hyperparameter_tuning_job.trial_job_spec");
        if (spec.BaseOutputDirectory is { OutputUriPrefix: { Length: > 0 } prefix }) spec.BaseOutputDirectory.OutputUriPrefix = $"{prefix.TrimEnd('/')}/{id}";
        foreach (var pool in spec.WorkerPoolSpecs)
        {
            var (args, env) = pool.TaskCase == WorkerPoolSpec.TaskOneofCase.PythonPackageSpec ? (pool.PythonPackageSpec.Args, pool.PythonPackageSpec.Env) : (pool.ContainerSpec?.Args, pool.ContainerSpec?.Env);
            args?.AddRange(values.Select(v => $"--{v.Key}={v.Value}"));
            Set(env, "CLOUD_ML_TRIAL_ID", id);
            Set(env, "CLOUD_ML_HP_METRIC_FILE", MetricFile);
        }
        var job = new CustomJob { Name = name.ToString(), DisplayName = $"{tuning.DisplayName[..Math.Min(tuning.DisplayName.Length, 100)]}-{id}", JobSpec = spec };
        foreach (var (key, value) in tuning.Labels) job.Labels[key] = value;
        return (job, planner.Plan(name, job, address, "hyperparameter_tuning_job.trial_job_spec") with { MetricFile = MetricFile, Folders = ["/opt/ml/output/hypertune"] });
    }

    /// <summary>A trial's custom job has the same name however often it is launched.</summary>
    public static ResourceName TrialJob(ResourceName study, int number) =>
        study with { Collection = JobRpc.CustomJobs, Id = (100_000_000_000_000_000 + XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{study}/{number}")) % 900_000_000_000_000_000).ToString(CultureInfo.InvariantCulture) };

    private static void Set(RepeatedField<EnvVar>? env, string name, string value) => env?.Add(new EnvVar { Name = name, Value = value });
}
