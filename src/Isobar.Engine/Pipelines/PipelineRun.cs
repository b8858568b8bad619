using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Engine.Pipelines;

/// <summary>Drives one execution to its end.</summary>
internal sealed class PipelineRun(PipelineSpec spec, IPipelineTasks tasks, StepCache cache, TimeProvider time, Func<string, Func<PipelineExecution, PipelineExecution>, Task<PipelineExecution>> save)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly HashSet<string> _attached = [];

    private StepGroups Groups => new(time, SaveAsync, change => save(spec.Id, change));

    // Each round: 1. see how running steps stand; 2. skip what will not run; 3. end when nothing is left; 4. start what is ready.
    public async Task RunAsync(PipelineExecution execution, CancellationToken ct)
    {
        while (!execution.IsFinal)
        {
            ct.ThrowIfCancellationRequested();
            // 1.
            var first = execution;
            foreach (var run in execution.Steps.Where(s => s.State == StepState.Running).ToList())
                execution = await LookAsync(execution, run, ct).ConfigureAwait(false);

            // 2.
            var before = execution;
            execution = await SkipAsync(execution).ConfigureAwait(false);

            // 3.
            var tree = new PipelineTree(execution);
            var now = time.GetUtcNow();
            var ready = execution.Steps.Where(s => tree.IsReady(s, now)).ToList();
            var retrying = execution.Steps.Any(s => s.State == StepState.Pending && s.NotBefore is not null && !tree.IsBlocked(s));
            var nothing = ready.Count == 0 && !retrying || execution.State == ExecutionState.Stopping;
            if (nothing && execution.Steps.All(s => s.State != StepState.Running) && ReferenceEquals(before, execution))
            {
                await EndAsync(Failed(execution)).ConfigureAwait(false);
                return;
            }

            // 4.
            var started = false;
            foreach (var run in execution.State == ExecutionState.Executing ? ready : [])
            {
                if (spec.MaxParallel > 0 && run.Step.Role is StepRole.Task && execution.Steps.Count(s => s.State == StepState.Running && s.Step.Role == StepRole.Task) >= spec.MaxParallel) continue;
                execution = await StartAsync(execution, run, ct).ConfigureAwait(false);
                started = true;
            }
            if (!started && ReferenceEquals(first, execution)) execution = await WaitAsync(ct).ConfigureAwait(false);
        }
    }

    private async Task<PipelineExecution> WaitAsync(CancellationToken ct)
    {
        await Task.Delay(Look, time, ct).ConfigureAwait(false);
        // A stop, or the end of a waiting step, is written by others.
        return await save(spec.Id, e => e).ConfigureAwait(false);
    }

    private Task<PipelineExecution> EndAsync(StepRun? failed) => save(spec.Id, e => e.State == ExecutionState.Stopping
        ? e with { State = ExecutionState.Stopped, Steps = [.. e.Steps.Select(s => s.IsFinal ? s : s with { State = s.Started is null ? StepState.Pending : StepState.Stopped })] }
        : failed is null
            ? e with { State = ExecutionState.Succeeded }
            : e with { State = ExecutionState.Failed, Reason = failed.Step.Role == StepRole.Fail ? failed.Reason : $"Step failure: '{failed.Step.Name}': {failed.Reason ?? failed.State.ToString()}" });

    /// <summary>The step that says why: one that ran itself, before the groups around it.</summary>
    private static StepRun? Failed(PipelineExecution execution)
    {
        var failed = execution.Steps.Where(s => s.State is StepState.Failed or StepState.Stopped).ToList();
        return failed.FirstOrDefault(s => s is { State: StepState.Failed, Step.Role: not (StepRole.Loop or StepRole.Group) }) ?? failed.FirstOrDefault();
    }

    private async Task<PipelineExecution> SkipAsync(PipelineExecution execution)
    {
        var tree = new PipelineTree(execution);
        foreach (var run in execution.Steps.Where(s => s.State == StepState.Pending))
        {
            var guarded = run.Step.Guards.Any(g => tree.See(run, g.Condition) is { } c && (c.State == StepState.Skipped || c.State == StepState.Succeeded && Expressions.Text(c.Outputs?["Outcome"]) != (g.Outcome ? "True" : "False")));
            var orphaned = !run.Step.Always && run.Step.DependsOn.Any(d => tree.See(run, d)?.State == StepState.Skipped);
            if (guarded || orphaned) return await save(spec.Id, e => e.With(run with { State = StepState.Skipped })).ConfigureAwait(false);
        }
        return execution;
    }

    private async Task<PipelineExecution> StartAsync(PipelineExecution execution, StepRun run, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var step = run.Step;
        run = run with { Started = run.Started ?? now, NotBefore = null };
        if (!Expressions.Resolve(step.Arguments, new PipelineTree(execution).Scope(run, step.Arguments)).TryGet(out var arguments, out var error))
            return await SaveAsync(run with { State = StepState.Failed, Ended = now, Reason = $"ClientError: {error.Message}" }).ConfigureAwait(false);
        switch (step.Role)
        {
            case StepRole.Condition:
                return await SaveAsync(run with { State = StepState.Succeeded, Attempts = 1, Ended = now, Outputs = new JsonObject { ["Outcome"] = Expressions.Text(arguments) is "true" or "True" ? "True" : "False" } }).ConfigureAwait(false);
            case StepRole.Fail:
                return await SaveAsync(run with { State = StepState.Failed, Attempts = 1, Ended = now, Resolved = arguments, Reason = Expressions.Text(arguments) }).ConfigureAwait(false);
            case StepRole.Wait:
                return await SaveAsync(run with { State = StepState.Running, Attempts = run.Attempts + 1, Resolved = arguments, Token = Token(run) }).ConfigureAwait(false);
            case StepRole.Loop or StepRole.Group:
                return await Groups.StartAsync(run, arguments).ConfigureAwait(false);
        }
        if (await cache.FindAsync(spec, step, arguments, ct).ConfigureAwait(false) is { } cached)
            return await SaveAsync(run with { State = StepState.Succeeded, Ended = now, Resolved = arguments, Outputs = cached.Outputs, CachedFrom = cached.Execution }).ConfigureAwait(false);
        // Written first: after a kill the same attempt is attached to, under the same name.
        return await SaveAsync(run with { State = StepState.Running, Attempts = run.Attempts + 1, Resolved = arguments }).ConfigureAwait(false);
    }

    private async Task<PipelineExecution> LookAsync(PipelineExecution execution, StepRun run, CancellationToken ct)
    {
        var stopping = execution.State == ExecutionState.Stopping;
        switch (run.Step.Role)
        {
            case StepRole.Wait:
                return stopping ? await SaveAsync(run with { State = StepState.Stopped, Ended = time.GetUtcNow() }).ConfigureAwait(false) : execution;
            case StepRole.Loop or StepRole.Group:
                return await Groups.LookAsync(execution, run).ConfigureAwait(false);
        }
        var task = new PipelineTask(spec, run.Step, run.Attempts, run.Resolved);
        StepStatus status;
        if (_attached.Add($"{run.Step.Name}#{run.Attempts}"))
        {
            status = (await tasks.StartAsync(task, ct).ConfigureAwait(false)).TryGet(out var begun, out var error)
                ? begun
                : new StepStatus(StepState.Failed, null, error.Message, error.Code is ErrorCode.ResourceExhausted ? "Step.THROTTLING" : error.Code is ErrorCode.Internal or ErrorCode.Unavailable ? "Step.SERVICE_FAULT" : "ClientError");
        }
        else
        {
            if (stopping) await tasks.StopAsync(task, ct).ConfigureAwait(false);
            status = await tasks.LookAsync(task, ct).ConfigureAwait(false);
        }
        if (status.State == StepState.Running)
            return JsonNode.DeepEquals(status.Outputs, run.Outputs) ? execution : await SaveAsync(run with { Outputs = status.Outputs }).ConfigureAwait(false);
        var now = time.GetUtcNow();
        if (status.State == StepState.Failed && !stopping && RetryAt(run, status, now) is { } again)
            return await SaveAsync(run with { State = StepState.Pending, NotBefore = again, Reason = status.Reason }).ConfigureAwait(false);
        var over = run with { State = status.State, Ended = now, Outputs = status.Outputs ?? run.Outputs, Reason = status.Reason };
        if (status.State == StepState.Succeeded) await cache.KeepAsync(spec, over, ct).ConfigureAwait(false);
        return await SaveAsync(over).ConfigureAwait(false);
    }

    private static DateTimeOffset? RetryAt(StepRun run, StepStatus status, DateTimeOffset now)
    {
        var policy = run.Step.Retries.FirstOrDefault(r => r.Faults.Count == 0 || status.Fault is { } fault && r.Faults.Contains(fault));
        if (policy is null || policy.MaxAttempts is { } most && run.Attempts > most) return null;
        var at = now + policy.Interval * Math.Pow(policy.Backoff, run.Attempts - 1);
        return policy.ExpireAfter is { } limit && at > run.Started + limit ? null : at;
    }

    // Ten characters that nobody guesses from outside, the same for the same attempt.
    private string Token(StepRun run) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{spec.Id}/{run.Step.Name}/{run.Attempts + 1}/{run.Started:O}")))[..10];

    private async Task<PipelineExecution> SaveAsync(StepRun run)
    {
        if (run.IsFinal) await tasks.EndedAsync(spec, run, CancellationToken.None).ConfigureAwait(false);
        return await save(spec.Id, e => e.Find(run.Step.Name) is { IsFinal: true } ? e : e.With(run)).ConfigureAwait(false);
    }
}
