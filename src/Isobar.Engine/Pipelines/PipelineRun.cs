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

    // Each round: 1. see how running steps stand; 2. skip what will not run; 3. end when nothing is left; 4. start what is ready.
    public async Task RunAsync(PipelineExecution execution, CancellationToken ct)
    {
        while (!execution.IsFinal)
        {
            ct.ThrowIfCancellationRequested();
            // 1.
            foreach (var run in execution.Steps.Where(s => s.State == StepState.Running).ToList())
                execution = await LookAsync(execution, run, ct).ConfigureAwait(false);

            // 2.
            var before = execution;
            execution = await SkipAsync(execution).ConfigureAwait(false);

            // 3.
            var failed = execution.Steps.FirstOrDefault(s => s.State is StepState.Failed or StepState.Stopped);
            var ready = Ready(execution, failed is not null).ToList();
            var retrying = failed is null && execution.Steps.Any(s => s.State == StepState.Pending && s.NotBefore is not null);
            var nothing = ready.Count == 0 && !retrying || execution.State == ExecutionState.Stopping;
            if (nothing && execution.Steps.All(s => s.State != StepState.Running) && ReferenceEquals(before, execution))
            {
                await EndAsync(failed).ConfigureAwait(false);
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
            if (!started && ReferenceEquals(before, execution)) execution = await WaitAsync(ct).ConfigureAwait(false);
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

    private IEnumerable<StepRun> Ready(PipelineExecution execution, bool failing)
    {
        var now = time.GetUtcNow();
        foreach (var run in execution.Steps.Where(s => s.State == StepState.Pending && (s.NotBefore is null || s.NotBefore <= now)))
        {
            var needs = run.Step.DependsOn.Concat(run.Step.Guards.Select(g => g.Condition)).Select(n => execution.Find(n)).OfType<StepRun>().ToList();
            // An exit handler waits until what it follows is over, or will never start.
            if (run.Step.Always ? needs.TrueForAll(n => n.IsFinal || failing && n.State == StepState.Pending) : !failing && needs.TrueForAll(n => n.State == StepState.Succeeded)) yield return run;
        }
    }

    private async Task<PipelineExecution> SkipAsync(PipelineExecution execution)
    {
        foreach (var run in execution.Steps.Where(s => s.State == StepState.Pending))
        {
            var guarded = run.Step.Guards.Any(g => execution.Find(g.Condition) is { } c && (c.State == StepState.Skipped || c.State == StepState.Succeeded && Expressions.Text(c.Outputs?["Outcome"]) != (g.Outcome ? "True" : "False")));
            var orphaned = !run.Step.Always && run.Step.DependsOn.Any(d => execution.Find(d)?.State == StepState.Skipped);
            if (guarded || orphaned) return await save(spec.Id, e => e.With(run with { State = StepState.Skipped })).ConfigureAwait(false);
        }
        return execution;
    }

    private async Task<PipelineExecution> StartAsync(PipelineExecution execution, StepRun run, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var step = run.Step;
        run = run with { Started = run.Started ?? now, NotBefore = null };
        if (!Expressions.Resolve(step.Arguments, Scope(execution)).TryGet(out var arguments, out var error))
            return await SaveAsync(run with { State = StepState.Failed, Ended = now, Reason = $"ClientError: {error.Message}" }).ConfigureAwait(false);
        switch (step.Role)
        {
            case StepRole.Condition:
                return await SaveAsync(run with { State = StepState.Succeeded, Attempts = 1, Ended = now, Outputs = new JsonObject { ["Outcome"] = Expressions.Text(arguments) is "true" or "True" ? "True" : "False" } }).ConfigureAwait(false);
            case StepRole.Fail:
                return await SaveAsync(run with { State = StepState.Failed, Attempts = 1, Ended = now, Resolved = arguments, Reason = Expressions.Text(arguments) }).ConfigureAwait(false);
            case StepRole.Wait:
                return await SaveAsync(run with { State = StepState.Running, Attempts = run.Attempts + 1, Resolved = arguments, Token = Token(run) }).ConfigureAwait(false);
            case StepRole.Loop when arguments is not JsonArray:
                return await SaveAsync(run with { State = StepState.Failed, Ended = now, Reason = $"ClientError: a loop goes over a list, not '{Expressions.Text(arguments)}'" }).ConfigureAwait(false);
            case StepRole.Loop:
                var inner = LoopExpansion.Of(step, (JsonArray)arguments!);
                // The names tell: a loop that was begun before the server was killed has its steps already.
                return await save(spec.Id, e => e.With(run with { State = StepState.Running, Attempts = run.Attempts + 1, Resolved = arguments }) is var with && e.Steps.Any(s => s.Loop == step.Name)
                    ? with : with with { Steps = [.. with.Steps, .. inner] }).ConfigureAwait(false);
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
            case StepRole.Loop:
                return await LookAtLoopAsync(execution, run).ConfigureAwait(false);
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

    private async Task<PipelineExecution> LookAtLoopAsync(PipelineExecution execution, StepRun run)
    {
        var inner = execution.Steps.Where(s => s.Loop == run.Step.Name).ToList();
        if (inner.Exists(s => s.State is StepState.Failed or StepState.Stopped) && !inner.Exists(s => s.State == StepState.Running))
            return await SaveAsync(run with { State = StepState.Failed, Ended = time.GetUtcNow(), Reason = $"The step '{inner.First(s => s.State is StepState.Failed or StepState.Stopped).Step.Name}' of the loop failed" }).ConfigureAwait(false);
        if (execution.State == ExecutionState.Stopping && !inner.Exists(s => s.State == StepState.Running))
            return await SaveAsync(run with { State = StepState.Stopped, Ended = time.GetUtcNow() }).ConfigureAwait(false);
        if (!inner.TrueForAll(s => s.State is StepState.Succeeded or StepState.Skipped)) return execution;
        // Under each inner step's name, what it gave for each item.
        var outputs = new JsonObject();
        foreach (var step in run.Step.Steps)
            outputs[step.Name] = new JsonArray([.. inner.Where(s => s.Step.Name.StartsWith(step.Name + "-", StringComparison.Ordinal) && int.TryParse(s.Step.Name.AsSpan(step.Name.Length + 1), out _)).Select(s => s.Outputs?.DeepClone())]);
        return await SaveAsync(run with { State = StepState.Succeeded, Ended = time.GetUtcNow(), Outputs = outputs }).ConfigureAwait(false);
    }

    private static DateTimeOffset? RetryAt(StepRun run, StepStatus status, DateTimeOffset now)
    {
        var policy = run.Step.Retries.FirstOrDefault(r => r.Faults.Count == 0 || status.Fault is { } fault && r.Faults.Contains(fault));
        if (policy is null || policy.MaxAttempts is { } most && run.Attempts > most) return null;
        var at = now + policy.Interval * Math.Pow(policy.Backoff, run.Attempts - 1);
        return policy.ExpireAfter is { } limit && at > run.Started + limit ? null : at;
    }

    private JsonObject Scope(PipelineExecution execution)
    {
        var scope = (JsonObject)spec.Variables.DeepClone();
        scope["steps"] = new JsonObject(execution.Steps.Where(s => s.Outputs is not null).Select(s => KeyValuePair.Create(s.Step.Name, s.Outputs?.DeepClone())));
        return scope;
    }

    // Ten characters that nobody guesses from outside, the same for the same attempt.
    private string Token(StepRun run) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{spec.Id}/{run.Step.Name}/{run.Attempts + 1}/{run.Started:O}")))[..10];

    private Task<PipelineExecution> SaveAsync(StepRun run) => save(spec.Id, e => e.Find(run.Step.Name) is { IsFinal: true } ? e : e.With(run));
}
