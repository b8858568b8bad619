using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Pipelines;

/// <summary>Executions: one loop each over a durable record, which is written before anything is started.</summary>
internal sealed class PipelineExecutions(IStateStore state, StepCache cache, IServiceProvider services, TimeProvider time, ILogger<PipelineExecutions> logger) : IPipelineExecutions, IHostedService
{
    private static readonly Collection<PipelineExecution> Executions = new("pipelines.executions", PipelinesJson.Default.PipelineExecution);
    private readonly ConcurrentDictionary<string, Supervision> _running = new();

    public async Task<Result<PipelineExecution>> StartAsync(PipelineSpec spec, CancellationToken ct)
    {
        if (PipelineCheck.Faults(spec) is { } faults) return faults;
        var now = time.GetUtcNow();
        var execution = new PipelineExecution { Spec = spec, Created = now, Changed = now, Steps = [.. spec.Steps.Select(s => new StepRun { Step = s })] };
        var inserted = await state.InsertAsync(Executions, spec.Id, execution, ct).ConfigureAwait(false);
        if (!inserted.IsOk) return inserted.Error;
        Supervise(execution);
        return execution;
    }

    public async Task<Result<PipelineExecution>> GetAsync(string id, CancellationToken ct) =>
        await state.GetAsync(Executions, id, ct).ConfigureAwait(false) is { } found ? found.Value : Error.NotFound($"The pipeline execution {id}");

    public async Task<IReadOnlyList<PipelineExecution>> ListAsync(string idPrefix, CancellationToken ct) =>
        [.. (await state.ListAsync(Executions, idPrefix, ct).ConfigureAwait(false)).Select(d => d.Value)];

    public async Task<Result<PipelineExecution>> StopAsync(string id, CancellationToken ct)
    {
        var changed = await state.ChangeAsync(Executions, id, e => e.IsFinal
            ? new Error(ErrorCode.FailedPrecondition, $"The execution is {e.State} already.")
            : e with { State = ExecutionState.Stopping, Changed = time.GetUtcNow() }, ct).ConfigureAwait(false);
        return changed.Map(d => d.Value);
    }

    public async Task<Result<PipelineExecution>> RetryAsync(string id, CancellationToken ct)
    {
        var changed = await state.ChangeAsync<PipelineExecution>(Executions, id, e => e.State is not (ExecutionState.Failed or ExecutionState.Stopped)
            ? new Error(ErrorCode.FailedPrecondition, $"The execution is {e.State}; one that failed or was stopped can be tried again.")
            : Renewed(e) with { State = ExecutionState.Executing, Reason = null, Changed = time.GetUtcNow() }, ct).ConfigureAwait(false);
        if (!changed.TryGet(out var document, out var error)) return error;
        Supervise(document.Value);
        return document.Value;
    }

    public async Task<Result<Done>> DeleteAsync(string id, CancellationToken ct)
    {
        if (!(await GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var found, out var error)) return error;
        if (!found.IsFinal) return new Error(ErrorCode.FailedPrecondition, $"The execution is {found.State}; stop it first.");
        await state.DeleteAsync(Executions, id, ct).ConfigureAwait(false);
        return Done.Value;
    }

    public async Task<Result<PipelineExecution>> ReportAsync(string idPrefix, string token, JsonNode? outputs, string? failure, CancellationToken ct)
    {
        foreach (var execution in await ListAsync(idPrefix, ct).ConfigureAwait(false))
        {
            if (execution.Steps.FirstOrDefault(s => s.Token == token) is not { } waiting) continue;
            var changed = await state.ChangeAsync<PipelineExecution>(Executions, execution.Spec.Id, e => e.Find(waiting.Step.Name) is not { State: StepState.Running } step
                ? new Error(ErrorCode.FailedPrecondition, $"The step '{waiting.Step.Name}' does not wait any more.")
                : e.With(step with { State = failure is null ? StepState.Succeeded : StepState.Failed, Outputs = outputs?.DeepClone(), Reason = failure, Ended = time.GetUtcNow() }), ct).ConfigureAwait(false);
            return changed.Map(d => d.Value);
        }
        return Error.NotFound($"A waiting step of the token '{token}'");
    }

    public async Task<PipelineExecution> WaitAsync(string id, CancellationToken ct)
    {
        if (_running.TryGetValue(id, out var supervision)) await supervision.Done.WaitAsync(ct).ConfigureAwait(false);
        return (await GetAsync(id, ct).ConfigureAwait(false)).Value;
    }

    /// <summary>Takes up what an earlier server left.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var document in await state.ListAsync(Executions, "", ct).ConfigureAwait(false))
            if (!document.Value.IsFinal) Supervise(document.Value);
    }

    public Task StopAsync(CancellationToken ct) => Supervision.AbandonAllAsync(_running.Values, time, ct);

    private void Supervise(PipelineExecution execution)
    {
        var id = execution.Spec.Id;
        var supervision = new Supervision();
        _running[id] = supervision;
        supervision.Done = Task.Run(async () =>
        {
            try
            {
                var tasks = services.GetServices<IPipelineTasks>().First(t => t.Owner == execution.Spec.Owner);
                await new PipelineRun(execution.Spec, tasks, cache, time, SaveAsync).RunAsync(execution, supervision.Stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (supervision.IsAbandoned) { /* The next start takes it up. */ }
            catch (Exception e) when (!supervision.IsAbandoned)
            {
                logger.LogError(e, "Pipeline execution {Execution} ended by a fault of the engine", id);
                await SaveAsync(id, x => x with { State = ExecutionState.Failed, Reason = $"InternalServerError: {e.Message}" }).ConfigureAwait(false);
            }
            finally { _running.TryRemove(KeyValuePair.Create(id, supervision)); }
        });
    }

    private async Task<PipelineExecution> SaveAsync(string id, Func<PipelineExecution, PipelineExecution> change) =>
        (await state.ChangeAsync<PipelineExecution>(Executions, id, e => e.IsFinal ? e : change(e) with { Changed = time.GetUtcNow() }).ConfigureAwait(false)).Value.Value;

    /// <summary>What did not succeed begins anew; a group or loop goes on with what of its steps is left.</summary>
    private static PipelineExecution Renewed(PipelineExecution execution)
    {
        var made = execution.Steps.Select(s => s.Parent).OfType<string>().ToHashSet();
        return execution with
        {
            Steps = [.. execution.Steps.Select(s => s switch
            {
                { State: StepState.Failed or StepState.Stopped } when made.Contains(s.Step.Name) => s with { State = StepState.Running, Ended = null, Reason = null },
                { State: StepState.Failed or StepState.Stopped } => Fresh(s),
                { State: StepState.Skipped, Started: null } when !s.Step.Guards.Any() => Fresh(s),
                _ => s,
            })],
        };
    }

    private static StepRun Fresh(StepRun run) => new() { Step = run.Step, Local = run.Local, Parent = run.Parent, Item = run.Item, Attempts = run.Attempts };
}
