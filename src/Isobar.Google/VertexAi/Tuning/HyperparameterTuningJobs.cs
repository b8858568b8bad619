using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Tuning;

/// <summary>The hyperparameter tuning jobs of <c>JobService</c>.</summary>
internal sealed class HyperparameterTuningJobs(IStateStore state, ITuningJobs tuning, ITrainingJobs training, TrialLauncher launcher, OperationTable operations)
{
    public const string Collection = "hyperparameterTuningJobs";
    private readonly ResourceTable<HyperparameterTuningJob> _table = new(state, Collection);

    // 1. read the study; 2. see that a trial of it can be planned; 3. store it, and start.
    public async Task<HyperparameterTuningJob> CreateAsync(CreateHyperparameterTuningJobRequest request, string address, CancellationToken ct)
    {
        // 1.
        var job = request.HyperparameterTuningJob ?? throw Faults.Required("hyperparameter_tuning_job");
        var name = ResourceName.New(request.Parent, Collection);
        var spec = StudyReader.Read(name, job, new TrialOrder(name.ToString(), address).ToString());

        // 2.
        launcher.Plan(name, job, 1, spec.Ranges.ToDictionary(r => r.Name, r => r.Values?[0] ?? r.Min!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)), address);

        // 3.
        job.Name = name.ToString();
        job.Trials.Clear();
        var stored = (await _table.InsertAsync(job.Name, job, ct).ConfigureAwait(false)).OrThrow();
        var submitted = await tuning.SubmitAsync(spec, ct).ConfigureAwait(false);
        if (submitted.TryGet(out var accepted, out var error)) return TuningView.Of(stored, accepted);
        await _table.DeleteAsync(job.Name, CancellationToken.None).ConfigureAwait(false);
        throw Faults.Of(error);
    }

    public async Task<HyperparameterTuningJob> GetAsync(string text, CancellationToken ct)
    {
        var (stored, job) = await FindAsync(text, ct).ConfigureAwait(false);
        return await ShownAsync(stored, job, ct).ConfigureAwait(false);
    }

    public async Task<ListHyperparameterTuningJobsResponse> ListAsync(ListHyperparameterTuningJobsRequest request, CancellationToken ct)
    {
        var prefix = ResourceName.New(request.Parent, Collection).Parent + $"/{Collection}/";
        var all = new List<(Stored<HyperparameterTuningJob> Stored, TuningJob Job)>();
        foreach (var stored in await _table.ListAsync(prefix, ct).ConfigureAwait(false))
            if ((await tuning.GetAsync("gcp/" + stored.Name, ct).ConfigureAwait(false)).TryGet(out var job, out _)) all.Add((stored with { Value = TuningView.Of(stored, job) }, job));
        var (page, next) = Listing.Cut(all.Select(a => a.Stored), request.Filter, "", request.PageSize, request.PageToken, Field);
        var response = new ListHyperparameterTuningJobsResponse { NextPageToken = next };
        foreach (var stored in page) response.HyperparameterTuningJobs.Add(await ShownAsync(stored, all.First(a => a.Stored.Name == stored.Name).Job, ct).ConfigureAwait(false));
        return response;
    }

    public async Task<Empty> CancelAsync(string text, CancellationToken ct)
    {
        var (_, job) = await FindAsync(text, ct).ConfigureAwait(false);
        var stopped = await tuning.StopAsync(job.Spec.Id, ct).ConfigureAwait(false);
        // What has ended meanwhile cannot be cancelled; the documents promise best effort only.
        if (!stopped.TryGet(out _, out var error) && error.Code != ErrorCode.FailedPrecondition) throw Faults.Of(error);
        return new Empty();
    }

    public async Task<Operation> DeleteAsync(string text, CancellationToken ct)
    {
        var (stored, job) = await FindAsync(text, ct).ConfigureAwait(false);
        if (!job.IsFinal) throw Faults.Precondition($"The job {text} is in state {CustomJobView.State(job.State)}: cancel it first.");
        (await tuning.DeleteAsync(job.Spec.Id, ct).ConfigureAwait(false)).OrThrow();
        await _table.DeleteAsync(stored.Name, ct).ConfigureAwait(false);
        return await operations.DoneAsync(ResourceName.Parse(stored.Name, Collection), new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    private async Task<HyperparameterTuningJob> ShownAsync(Stored<HyperparameterTuningJob> stored, TuningJob job, CancellationToken ct)
    {
        var shown = TuningView.Of(stored, job);
        var study = ResourceName.Parse(stored.Name, Collection);
        foreach (var trial in job.Trials)
        {
            var run = trial.TrainingJobId.Length > 0 && (await training.GetAsync(trial.TrainingJobId, ct).ConfigureAwait(false)).TryGet(out var found, out _) ? found : null;
            var series = run is null ? [] : (await training.MetricsAsync(trial.TrainingJobId, ct).ConfigureAwait(false)).Where(m => m.Name == job.Spec.Objective).ToList();
            shown.Trials.Add(TuningView.TrialOf(study, job, trial, run, series));
        }
        return shown;
    }

    private async Task<(Stored<HyperparameterTuningJob> Stored, TuningJob Job)> FindAsync(string text, CancellationToken ct)
    {
        var name = ResourceName.Parse(text, Collection);
        var stored = await _table.FindAsync(text, ct).ConfigureAwait(false);
        return (await tuning.GetAsync(name.Engine, ct).ConfigureAwait(false)).TryGet(out var job, out _) ? (stored, job) : throw Faults.NotFound(text);
    }

    private static string? Field(Stored<HyperparameterTuningJob> job, string path) => JobFields.Read(path, job.Value.DisplayName, job.Value.State, job.Value.CreateTime, job.Value.UpdateTime, job.Value.Labels);
}
