using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;
using Isobar.Engine.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isobar.Engine.Tests.Pipelines;

public sealed class PipelineExecutionsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Tasks _tasks = new();
    private StateDatabase _database = null!;
    private PipelineExecutions _pipelines = null!;

    public ValueTask InitializeAsync()
    {
        Open();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _pipelines.StopAsync(CancellationToken.None);
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Start_StepsThatNeedEachOther_RunInOrderWithWhatTheOthersGave()
    {
        var over = await RunAsync(
            Step("b", new JsonObject { ["from"] = Expressions.Join("/", ["x", Expressions.Ref("steps", "a", "value"), Expressions.Ref("parameters", "p")]) }) with { DependsOn = ["a"] },
            Step("a", new JsonObject { ["value"] = 1 }));
        Assert.Equal(ExecutionState.Succeeded, over.State);
        Assert.Equal(["a", "b"], _tasks.Started);
        Assert.Equal("x/1/here", over.Find("b")!.Outputs!["from"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(3, "yes")]
    [InlineData(30, "no")]
    public async Task Start_Condition_RunsOneBranchAndSkipsTheOther(int value, string branch)
    {
        var over = await RunAsync(
            Step("a", new JsonObject { ["value"] = value }),
            new PipelineStep { Name = "if", Role = StepRole.Condition, DependsOn = ["a"], Arguments = Expressions.Op("lt", Expressions.Ref("steps", "a", "value"), 10) },
            Step("yes") with { Guards = [new("if", true)] },
            Step("no") with { Guards = [new("if", false)] },
            Step("after-yes") with { DependsOn = ["yes"] });
        Assert.Equal(ExecutionState.Succeeded, over.State);
        Assert.Equal(branch == "yes" ? ["a", "yes", "after-yes"] : ["a", "no"], _tasks.Started);
        Assert.Equal(branch == "yes" ? StepState.Succeeded : StepState.Skipped, over.Find("after-yes")!.State);
    }

    [Fact]
    public async Task Start_Loop_RunsItsStepsForEachItemAndCollects()
    {
        var over = await RunAsync(
            new PipelineStep
            {
                Name = "each", Role = StepRole.Loop, Arguments = new JsonArray("x", "y", "z"), MaxParallel = 1,
                Steps = [Step("one", new JsonObject { ["item"] = Expressions.Ref("item") }), Step("two", new JsonObject { ["got"] = Expressions.Ref("steps", "one", "item") }) with { DependsOn = ["one"] }],
            },
            Step("end", new JsonObject { ["all"] = Expressions.Ref("steps", "each", "two") }) with { DependsOn = ["each"] });
        Assert.Equal(ExecutionState.Succeeded, over.State);
        Assert.Equal(["each.0.one", "each.0.two", "each.1.one", "each.1.two", "each.2.one", "each.2.two", "end"], _tasks.Started);
        Assert.Equal("""[{"got":"x"},{"got":"y"},{"got":"z"}]""", over.Find("end")!.Outputs!["all"]!.ToJsonString());
    }

    [Fact]
    public async Task Start_GroupsAndLoopsWithinEachOther_SeeWhatIsAroundThem()
    {
        var over = await RunAsync(
            Step("outside", new JsonObject { ["v"] = "o" }),
            new PipelineStep
            {
                Name = "each", Role = StepRole.Loop, Arguments = "[[1,2],[3]]", DependsOn = ["outside"],
                Steps =
                [
                    new PipelineStep
                    {
                        Name = "turn", Role = StepRole.Group, Arguments = new JsonObject { ["list"] = Expressions.Ref("item") },
                        Steps =
                        [
                            new PipelineStep
                            {
                                Name = "inner", Role = StepRole.Loop, Arguments = Expressions.Ref("inputs", "list"),
                                Steps = [Step("leaf", new JsonObject { ["of"] = Expressions.Join("", [Expressions.Ref("item"), Expressions.Ref("steps", "outside", "v")]) })],
                            },
                        ],
                        Results = new JsonObject { ["all"] = Expressions.Ref("steps", "inner", "leaf", "*", "of") },
                    },
                ],
            },
            Step("end", new JsonObject { ["all"] = Expressions.Ref("steps", "each", "turn", "*", "all") }) with { DependsOn = ["each"] });
        Assert.True(over.State == ExecutionState.Succeeded, over.Reason);
        Assert.Equal("""[["1o","2o"],["3o"]]""", over.Find("end")!.Outputs!["all"]!.ToJsonString());
        Assert.Contains("each.1.turn.inner.0.leaf", _tasks.Started);
    }

    [Fact]
    public async Task Start_GroupWithAgain_RunsRoundsWithTheirOwnInputsUntilItsConditionIsFalse()
    {
        var over = await RunAsync(
            new PipelineStep
            {
                Name = "until", Role = StepRole.Group, Arguments = new JsonObject { ["keep"] = "k", ["n"] = "a" },
                Steps = [Step("body", new JsonObject { ["v"] = Expressions.Join("", [Expressions.Ref("inputs", "n"), Expressions.Ref("inputs", "keep")]) })],
                Again = new GroupRepetition(Expressions.Op("not", Expressions.Op("eq", Expressions.Ref("steps", "body", "v"), "akkk")), new JsonObject { ["n"] = Expressions.Ref("steps", "body", "v") }, 10),
                Results = Expressions.Ref("steps", "body"),
            });
        Assert.True(over.State == ExecutionState.Succeeded, over.Reason);
        Assert.Equal(["until.0.body", "until.1.body", "until.2.body"], _tasks.Started);
        Assert.Equal("akkk", over.Find("until")!.Outputs!["v"]!.GetValue<string>());
    }

    [Fact]
    public async Task Start_StepFailsWithKeepGoing_RunsWhatDoesNotDependOnIt()
    {
        _tasks.Fail("a", "Broken", times: 1);
        var over = await RunAsync(s => s with { KeepGoing = true }, Step("a"), Step("b") with { DependsOn = ["a"] }, Step("c"), Step("d") with { DependsOn = ["c"] }, Step("exit") with { DependsOn = ["b"], Always = true });
        Assert.Equal(ExecutionState.Failed, over.State);
        Assert.Equal(["a", "c", "d", "exit"], _tasks.Started.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Start_StepInAGroupFails_FailsTheGroupAndRunsTheExitHandlerBesideIt()
    {
        _tasks.Fail("g.a", "Broken", times: 1);
        var over = await RunAsync(new PipelineStep { Name = "g", Role = StepRole.Group, Steps = [Step("a"), Step("b") with { DependsOn = ["a"] }] }, Step("exit") with { DependsOn = ["g"], Always = true });
        Assert.Equal(ExecutionState.Failed, over.State);
        Assert.Equal(["g.a", "exit"], _tasks.Started);
        Assert.Equal(StepState.Failed, over.Find("g")!.State);
    }

    [Fact]
    public async Task Start_StepFails_RunsTheExitHandlerAndNothingElse()
    {
        _tasks.Fail("a", "Broken", times: 1);
        var over = await RunAsync(Step("a"), Step("b") with { DependsOn = ["a"] }, Step("exit") with { DependsOn = ["b"], Always = true });
        Assert.Equal(ExecutionState.Failed, over.State);
        Assert.Equal(["a", "exit"], _tasks.Started);
        Assert.Contains("'a': Broken", over.Reason);
    }

    [Fact]
    public async Task Start_FailStep_EndsWithItsMessage()
    {
        var over = await RunAsync(new PipelineStep { Name = "stop", Role = StepRole.Fail, Arguments = Expressions.Join(" ", ["not", Expressions.Ref("parameters", "p")]) });
        Assert.Equal((ExecutionState.Failed, "not here"), (over.State, over.Reason));
    }

    [Fact]
    public async Task Start_FailureThatIsRetried_RunsAgainAsAnotherAttempt()
    {
        _tasks.Fail("a", "Broken", times: 2);
        var over = await RunAsync(Step("a") with { Retries = [new(["Broken"], TimeSpan.FromMilliseconds(1), MaxAttempts: 3)] });
        Assert.Equal(ExecutionState.Succeeded, over.State);
        Assert.Equal(3, over.Find("a")!.Attempts);
    }

    [Fact]
    public async Task Start_EqualStepWithinItsAge_IsTakenFromTheCache()
    {
        PipelineStep Cached(int value) => Step("a", new JsonObject { ["value"] = value }) with { Cache = new StepCaching("pipeline/a", TimeSpan.FromDays(1)) };
        await RunAsync("first", [Cached(1)]);
        Assert.Equal("first", (await RunAsync("second", [Cached(1)])).Find("a")!.CachedFrom);
        Assert.Null((await RunAsync("third", [Cached(2)])).Find("a")!.CachedFrom);
        Assert.Equal(2, _tasks.Started.Count);
    }

    [Fact]
    public async Task Report_WaitingStep_GoesOnWithWhatWasReported()
    {
        await StartAsync("w", [new PipelineStep { Name = "ask", Role = StepRole.Wait }, Step("b", new JsonObject { ["said"] = Expressions.Ref("steps", "ask", "word") }) with { DependsOn = ["ask"] }]);
        var token = (await UntilAsync("w", e => e.Find("ask")!.Token is not null)).Find("ask")!.Token!;
        Assert.Equal(ErrorCode.NotFound, (await _pipelines.ReportAsync("", "0123456789", null, null, CancellationToken.None)).Error!.Code);
        Assert.True((await _pipelines.ReportAsync("", token, new JsonObject { ["word"] = "yes" }, null, CancellationToken.None)).IsOk);
        var over = await _pipelines.WaitAsync("w", TestContext.Current.CancellationToken);
        Assert.Equal("yes", over.Find("b")!.Outputs!["said"]!.GetValue<string>());
    }

    [Fact]
    public async Task Start_ParallelismOfTwo_KeepsIt()
    {
        _tasks.Hold = true;
        await StartAsync("p", [Step("a"), Step("b"), Step("c")], parallel: 2);
        await UntilAsync("p", e => e.Steps.Count(s => s.State == StepState.Running) == 2 && _tasks.Started.Count == 2);
        Assert.Equal(StepState.Pending, (await _pipelines.GetAsync("p", CancellationToken.None)).Value.Find("c")!.State);
        _tasks.Hold = false;
        Assert.Equal(ExecutionState.Succeeded, (await _pipelines.WaitAsync("p", TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task Stop_ThenRetry_RunsWhatWasStoppedAndNotWhatSucceeded()
    {
        await StartAsync("s", [Step("a"), Step("b") with { DependsOn = ["a"] }, Step("c") with { DependsOn = ["b"] }]);
        _tasks.HoldOnly = "b";
        await UntilAsync("s", e => e.Find("b")!.State == StepState.Running && _tasks.Started.Contains("b"));
        Assert.True((await _pipelines.StopAsync("s", CancellationToken.None)).IsOk);
        Assert.Equal(ExecutionState.Stopped, (await _pipelines.WaitAsync("s", TestContext.Current.CancellationToken)).State);
        _tasks.HoldOnly = null;
        Assert.True((await _pipelines.RetryAsync("s", CancellationToken.None)).IsOk);
        Assert.Equal(ExecutionState.Succeeded, (await _pipelines.WaitAsync("s", TestContext.Current.CancellationToken)).State);
        Assert.Equal(["a", "b", "b", "c"], _tasks.Started);
    }

    [Fact]
    public async Task Start_ServerKilledMeanwhile_GoesOnWithoutRunningAnythingTwice()
    {
        _tasks.HoldOnly = "b";
        await StartAsync("k", [Step("a", new JsonObject { ["value"] = 5 }), Step("b") with { DependsOn = ["a"] }, Step("c", new JsonObject { ["v"] = Expressions.Ref("steps", "a", "value") }) with { DependsOn = ["b"] }]);
        await UntilAsync("k", e => e.Find("b")!.State == StepState.Running && _tasks.Started.Contains("b"));
        await _pipelines.StopAsync(CancellationToken.None);
        await _database.DisposeAsync();
        Open();
        _tasks.HoldOnly = null;
        await _pipelines.StartAsync(CancellationToken.None);
        var over = await _pipelines.WaitAsync("k", TestContext.Current.CancellationToken);
        Assert.Equal(ExecutionState.Succeeded, over.State);
        Assert.Equal(5, over.Find("c")!.Outputs!["v"]!.GetValue<int>());
        Assert.Equal(["a", "b", "c"], _tasks.Started);
    }

    [Fact]
    public async Task Start_GraphWithFaults_NamesThemAll()
    {
        var error = (await _pipelines.StartAsync(Spec("f", [Step("a") with { DependsOn = ["b"] }, Step("b") with { DependsOn = ["a"] }, Step("c") with { DependsOn = ["nobody"] }, Step("c")]), CancellationToken.None)).Error!;
        Assert.Contains("in a circle", error.Message);
        Assert.Contains("'nobody' is no step", error.Message);
        Assert.Contains("'c' is used by more than one", error.Message);
    }

    [Fact]
    public async Task Start_ReferenceToNothing_FailsTheStepWithTheName()
    {
        var over = await RunAsync(Step("a"), Step("b", new JsonObject { ["x"] = Expressions.Ref("steps", "a", "missing") }) with { DependsOn = ["a"] });
        Assert.Contains("there is no 'missing'", over.Find("b")!.Reason);
    }

    private void Open()
    {
        _database = new StateDatabase(new EngineOptions { DataDirectory = _folder["data"] });
        var services = new ServiceCollection().AddSingleton<IPipelineTasks>(_tasks).BuildServiceProvider();
        var state = new SqliteStateStore(_database.Database, TimeProvider.System);
        _pipelines = new PipelineExecutions(state, new StepCache(state, TimeProvider.System), services, TimeProvider.System, NullLogger<PipelineExecutions>.Instance);
    }

    private static PipelineStep Step(string name, JsonNode? arguments = null) => new() { Name = name, Kind = "Test", Arguments = arguments ?? new JsonObject() };

    private static PipelineSpec Spec(string id, IReadOnlyList<PipelineStep> steps, int parallel = 0) =>
        new() { Id = id, Owner = "test", Steps = steps, MaxParallel = parallel, Variables = new JsonObject { ["parameters"] = new JsonObject { ["p"] = "here" } } };

    private async Task StartAsync(string id, IReadOnlyList<PipelineStep> steps, int parallel = 0) =>
        Assert.True((await _pipelines.StartAsync(Spec(id, steps, parallel), CancellationToken.None)).IsOk);

    private Task<PipelineExecution> RunAsync(params PipelineStep[] steps) => RunAsync("e", steps);

    private async Task<PipelineExecution> RunAsync(Func<PipelineSpec, PipelineSpec> with, params PipelineStep[] steps)
    {
        Assert.True((await _pipelines.StartAsync(with(Spec("e", steps)), CancellationToken.None)).IsOk);
        return await _pipelines.WaitAsync("e", TestContext.Current.CancellationToken);
    }

    private async Task<PipelineExecution> RunAsync(string id, PipelineStep[] steps)
    {
        await StartAsync(id, steps);
        return await _pipelines.WaitAsync(id, TestContext.Current.CancellationToken);
    }

    private async Task<PipelineExecution> UntilAsync(string id, Func<PipelineExecution, bool> condition)
    {
        while (true)
        {
            var now = (await _pipelines.GetAsync(id, TestContext.Current.CancellationToken)).Value;
            if (condition(now)) return now;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Tasks that give their arguments back; under the same name nothing starts twice.</summary>
    private sealed class Tasks : IPipelineTasks
    {
        private readonly ConcurrentDictionary<string, (string Reason, int Times)> _failures = new();
        private readonly ConcurrentDictionary<string, bool> _known = new();
        private readonly ConcurrentQueue<string> _started = new();
        private readonly ConcurrentDictionary<string, bool> _stopped = new();

        public string Owner => "test";
        public IReadOnlyList<string> Started => [.. _started];
        public volatile bool Hold;
        public volatile string? HoldOnly;

        public void Fail(string step, string reason, int times) => _failures[step] = (reason, times);

        public Task<Result<StepStatus>> StartAsync(PipelineTask task, CancellationToken ct)
        {
            if (_known.TryAdd(Key(task), true)) _started.Enqueue(task.Step.Name);
            return Task.FromResult<Result<StepStatus>>(new StepStatus(StepState.Running));
        }

        public Task<StepStatus> LookAsync(PipelineTask task, CancellationToken ct) => Task.FromResult(
            _stopped.ContainsKey(Key(task)) ? new StepStatus(StepState.Stopped)
            : Hold || HoldOnly == task.Step.Name ? new StepStatus(StepState.Running)
            : _failures.TryGetValue(task.Step.Name, out var failure) && task.Attempt <= failure.Times ? new StepStatus(StepState.Failed, null, failure.Reason, failure.Reason)
            : new StepStatus(StepState.Succeeded, task.Arguments?.DeepClone()));

        public Task StopAsync(PipelineTask task, CancellationToken ct)
        {
            _stopped[Key(task)] = true;
            return Task.CompletedTask;
        }

        private static string Key(PipelineTask task) => $"{task.Execution.Id}/{task.Step.Name}/{task.Attempt}";
    }
}
