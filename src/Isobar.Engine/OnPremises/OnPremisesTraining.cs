using System.Text.Json;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;
using CoreRun = Isobar.Core.Capabilities.TrainingRun;

namespace Isobar.Engine.OnPremises;

/// <summary>The training jobs of this machine.</summary>
internal sealed class OnPremisesTraining(ITrainingJobs jobs, ILogStore logs) : ITraining
{
    private const string LogGroup = "training";

    public bool KeepsCheckpoints => true;

    public async Task<Result<CoreRun>> StartAsync(TrainingOrder order, CancellationToken ct = default)
    {
        if (!Spec(order).TryGet(out var spec, out var error)) return error;
        return (await jobs.SubmitAsync(spec, ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<CoreRun>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await jobs.GetAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        var run = Shown(job);
        return job.Spec.Program is ScriptProgram && run is { IsFinal: true, Metrics.Count: 0 } ? run with { Metrics = LogMetrics.Of(await CodeWords.LinesAsync(this, name, ct).ConfigureAwait(false)) } : run;
    }

    public async Task<Result<IReadOnlyList<CoreRun>>> ListAsync(CancellationToken ct = default) =>
        Result<IReadOnlyList<CoreRun>>.Ok([.. (await jobs.ListAsync(OnPremisesCloud.Id(""), ct).ConfigureAwait(false)).OrderByDescending(j => j.Created).Select(Shown)]);

    public async Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => (await jobs.StopAsync(OnPremisesCloud.Id(name), ct).ConfigureAwait(false)).Map(_ => Done.Value);

    public async Task<Result<RunLogPage>> LogAsync(string name, string? after = null, CancellationToken ct = default)
    {
        var page = await logs.ReadAsync(new LogQuery(OnPremisesCloud.Owner, LogGroup) { Stream = name, Continue = after }, ct).ConfigureAwait(false);
        return new RunLogPage([.. page.Lines.Select(l => new RunLogLine(l.Time, l.Message))], page.Forward);
    }

    /// <summary>The engine's job of an order.</summary>
    public static Result<TrainingSpec> Spec(TrainingOrder order)
    {
        if (order.Code is { } code) return Of(order, new ScriptProgram([.. CodeWords.Command(code.Entry, "{code}/" + code.Entry), .. CodeWords.Arguments(order.HyperParameters)], OnPremisesCloud.At(code.Archive)));
        if (!Enum.TryParse<LearningTask>(order.Task, ignoreCase: true, out var task))
            return Error.Invalid("Task", order.Task, $"'{order.Task}' is no task; there are {string.Join(", ", Enum.GetNames<LearningTask>()).ToLowerInvariant()}.");
        if (ContentTypes.FormatOf(order.ContentType) is not { } format)
            return Error.Invalid("ContentType", order.ContentType, $"'{order.ContentType}' is not read; there are text/csv, application/jsonlines, application/x-parquet, text/libsvm and application/x-recordio-protobuf.");
        var request = new TrainingRequest
        {
            Algorithm = order.Algorithm,
            Task = task,
            HyperParameters = order.HyperParameters,
            Layout = new DataLayout { Format = format, Label = order.Label, Ignore = order.Ignore },
            Seed = order.Seed,
        };
        return Of(order, new AlgorithmProgram(order.Algorithm, JsonSerializer.Serialize(request, AlgorithmsJson.Default.TrainingRequest)));
    }

    private static TrainingSpec Of(TrainingOrder order, JobProgram program)
    {
        return new TrainingSpec
        {
            Id = OnPremisesCloud.Id(order.Name),
            Owner = OnPremisesCloud.Owner,
            Name = order.Name,
            Region = "local",
            Program = program,
            HyperParameters = order.HyperParameters,
            Channels = [.. order.Channels.Select(c => new ChannelSpec(c.Key, OnPremisesCloud.At(c.Value), ContentType: order.ContentType))],
            ModelOutput = OnPremisesCloud.Below(order.Output, $"{order.Name}/model.tar.gz"),
            Checkpoints = order.Checkpoints ? OnPremisesCloud.At(order.CheckpointsAt) : null,
            MaxRunTime = order.MaxRunTime,
            Instance = order.InstanceType is { } type ? new InstanceSpec(type) : new InstanceSpec(),
            Log = new LogStreamName(OnPremisesCloud.Owner, LogGroup, order.Name),
        };
    }

    private static CoreRun Shown(TrainingJob job) => new()
    {
        Name = job.Spec.Name,
        State = OnPremisesCloud.State(job.State),
        Step = job.State.ToString(),
        Reason = job.Reason,
        Created = job.Created,
        Ended = job.Ended,
        Metrics = job.FinalMetrics.GroupBy(m => m.Name).ToDictionary(g => g.Key, g => g.Last().Value),
        Model = job.HasModel && job.Spec.ModelOutput is { } at ? OnPremisesCloud.From(at) : null,
        BillableSeconds = job.BillableTime.TotalSeconds,
    };
}
