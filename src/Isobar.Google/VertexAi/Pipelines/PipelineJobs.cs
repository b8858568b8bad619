using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Pipelines.Kubeflow;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>The pipeline jobs of <c>PipelineService</c>, on the engine's pipelines.</summary>
internal sealed partial class PipelineJobs(IStateStore state, IPipelineExecutions executions, PipelineTemplates templates, PipelineParameters parameters, PipelineMetadata metadata, OperationTable operations, TimeProvider time)
{
    public const string Collection = "pipelineJobs";
    private readonly ResourceTable<PipelineJob> _table = new(state, Collection);

    // 1. the pipeline and its inputs; 2. its name; 3. keep it, then start it.
    /// <param name="schedule">The schedule that makes it; empty for none.</param>
    public async Task<PipelineJob> CreateAsync(CreatePipelineJobRequest request, string origin, CancellationToken ct, string schedule = "")
    {
        // 1.
        var (parent, compiled, root, inputs) = await ReadAsync(request, ct).ConfigureAwait(false);
        var job = request.PipelineJob;
        job.ScheduleName = schedule;

        // 2.
        if (request.PipelineJobId.Length > 0 && !Ids().IsMatch(request.PipelineJobId)) throw Faults.Invalid("pipeline_job_id", request.PipelineJobId, "starts with a lower-case letter; at most 128 of a-z, 0-9 and hyphen");
        var pipeline = compiled.Name.Length > 0 ? compiled.Name : "pipeline";
        var name = parent with { Id = request.PipelineJobId.Length > 0 ? request.PipelineJobId : string.Create(CultureInfo.InvariantCulture, $"{pipeline}-{time.GetUtcNow():yyyyMMddHHmmss}-{ResourceName.NewId()[..6]}") };
        job.Name = name.ToString();
        if (job.DisplayName.Length == 0) job.DisplayName = name.Id;

        // 3.
        var facts = new PipelineFacts(job.Name, pipeline, root, origin);
        var stored = (await _table.InsertAsync(job.Name, job, ct).ConfigureAwait(false)).OrThrow();
        await metadata.ContextsAsync(facts, ct).ConfigureAwait(false);
        var started = await executions.StartAsync(new PipelineSpec
        {
            Id = name.Engine,
            Owner = CustomJobPlanner.Owner,
            Steps = compiled.Steps,
            OwnerData = facts.ToJson(),
            KeepGoing = job.RuntimeConfig?.FailurePolicy != PipelineFailurePolicy.FailFast,
            Variables = new JsonObject { ["inputs"] = inputs },
        }, ct).ConfigureAwait(false);
        if (started.TryGet(out var execution, out var error)) return PipelineJobView.Of(stored, execution);
        await _table.DeleteAsync(job.Name, CancellationToken.None).ConfigureAwait(false);
        throw Faults.Of(error);
    }

    /// <summary>Refuses what no job could be made of.</summary>
    public async Task CheckAsync(CreatePipelineJobRequest request, CancellationToken ct) => await ReadAsync(request.Clone(), ct).ConfigureAwait(false);

    /// <summary>How many jobs of a schedule have not ended.</summary>
    public async Task<int> ActiveAsync(string schedule, CancellationToken ct)
    {
        var prefix = $"{schedule[..schedule.IndexOf("/schedules/", StringComparison.Ordinal)]}/{Collection}/";
        var running = (await executions.ListAsync("gcp/" + prefix, ct).ConfigureAwait(false)).Where(e => !e.IsFinal).Select(e => e.Spec.Id).ToHashSet();
        return running.Count == 0 ? 0 : (await _table.ListAsync(prefix, ct).ConfigureAwait(false)).Count(j => j.Value.ScheduleName == schedule && running.Contains("gcp/" + j.Name));
    }

    private async Task<(ResourceName Parent, CompiledPipeline Pipeline, string Root, JsonObject Inputs)> ReadAsync(CreatePipelineJobRequest request, CancellationToken ct)
    {
        var job = request.PipelineJob ?? throw Faults.Required("pipeline_job");
        if (job.DisplayName.Length > 128) throw Faults.Invalid("pipeline_job.display_name", job.DisplayName, "at most 128 characters");
        var spec = await templates.ReadAsync(job, ct).ConfigureAwait(false);
        var parent = ResourceName.New(request.Parent, Collection);
        var compiled = PipelineCompiler.Compile(spec, parent.Parent).OrThrow();
        var root = job.RuntimeConfig?.GcsOutputDirectory is { Length: > 0 } given ? given : Expressions.Text(spec["defaultPipelineRoot"]);
        if (root.Length == 0) throw Faults.Required("pipeline_job.runtime_config.gcs_output_directory");
        Gcs.Parse(root, "pipeline_job.runtime_config.gcs_output_directory");
        return (parent, compiled, root, await parameters.ReadAsync(spec, job.RuntimeConfig, ct).ConfigureAwait(false));
    }

    public async Task<PipelineJob> GetAsync(string name, CancellationToken ct)
    {
        var (stored, execution) = await FindAsync(name, ct).ConfigureAwait(false);
        return PipelineJobView.Of(stored, execution);
    }

    public async Task<ListPipelineJobsResponse> ListAsync(ListPipelineJobsRequest request, CancellationToken ct)
    {
        var prefix = ResourceName.New(request.Parent, Collection).Parent + $"/{Collection}/";
        var live = (await executions.ListAsync("gcp/" + prefix, ct).ConfigureAwait(false)).ToDictionary(e => e.Spec.Id);
        var all = (await _table.ListAsync(prefix, ct).ConfigureAwait(false)).Where(s => live.ContainsKey("gcp/" + s.Name)).Select(s => s with { Value = PipelineJobView.Of(s, live["gcp/" + s.Name]) });
        var (page, next) = Listing.Cut(all, request.Filter, request.OrderBy, request.PageSize, request.PageToken, PipelineJobView.Field);
        return new ListPipelineJobsResponse { PipelineJobs = { page.Select(s => s.Value) }, NextPageToken = next };
    }

    public async Task<Empty> CancelAsync(string name, CancellationToken ct)
    {
        var (_, execution) = await FindAsync(name, ct).ConfigureAwait(false);
        // What has ended meanwhile cannot be cancelled; the documents promise best effort only.
        if ((await executions.StopAsync(execution.Spec.Id, ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.FailedPrecondition } error) throw Faults.Of(error);
        return new Empty();
    }

    public async Task<Operation> DeleteAsync(string name, CancellationToken ct)
    {
        await RemoveAsync(name, ct).ConfigureAwait(false);
        return await operations.DoneAsync(ResourceName.Parse(name, Collection), new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    /// <summary>Deletes one that has ended.</summary>
    public async Task RemoveAsync(string name, CancellationToken ct)
    {
        var (stored, execution) = await FindAsync(name, ct).ConfigureAwait(false);
        if (!execution.IsFinal) throw Faults.Precondition($"The pipeline job {name} is {PipelineJobView.State(execution)}: cancel it first.");
        (await executions.DeleteAsync(execution.Spec.Id, ct).ConfigureAwait(false)).OrThrow();
        await _table.DeleteAsync(stored.Name, ct).ConfigureAwait(false);
    }

    private async Task<(Stored<PipelineJob> Stored, PipelineExecution Execution)> FindAsync(string text, CancellationToken ct)
    {
        var name = ResourceName.Parse(text, Collection);
        var stored = await _table.FindAsync(text, ct).ConfigureAwait(false);
        return (await executions.GetAsync(name.Engine, ct).ConfigureAwait(false)).TryGet(out var execution, out _) ? (stored, execution) : throw Faults.NotFound(text);
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,127}$")]
    private static partial Regex Ids();
}
