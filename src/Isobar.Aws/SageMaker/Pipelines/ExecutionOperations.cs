using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;

namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>Executions of pipelines over the engine's.</summary>
internal sealed class ExecutionOperations(PipelineOperations pipelines, IPipelineExecutions executions, TimeProvider time) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<StartPipelineExecutionRequest, StartPipelineExecutionResponse>("StartPipelineExecution", StartAsync);
        service.Add<StopPipelineExecutionRequest, StopPipelineExecutionResponse>("StopPipelineExecution", async (request, caller, ct) =>
            !(await FindAsync(caller, request.PipelineExecutionArn!, ct)).TryGet(out var found, out var failure) ? failure
            : (await executions.StopAsync(found.Spec.Id, ct)).TryGet(out _, out var error) ? new StopPipelineExecutionResponse { PipelineExecutionArn = request.PipelineExecutionArn }
            : error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.Invalid($"Only pipelines with 'Executing' status can be stopped. Execution {request.PipelineExecutionArn} is {found.State}.") : error);
        service.Add<RetryPipelineExecutionRequest, RetryPipelineExecutionResponse>("RetryPipelineExecution", async (request, caller, ct) =>
            !(await FindAsync(caller, request.PipelineExecutionArn!, ct)).TryGet(out var found, out var failure) ? failure
            : (await executions.RetryAsync(found.Spec.Id, ct)).TryGet(out _, out var error) ? new RetryPipelineExecutionResponse { PipelineExecutionArn = request.PipelineExecutionArn }
            : error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.Invalid($"Only pipelines with 'Failed' or 'Stopped' status can be retried. Execution {request.PipelineExecutionArn} is {found.State}.") : error);
        service.Add<DescribePipelineExecutionRequest, DescribePipelineExecutionResponse>("DescribePipelineExecution", async (request, caller, ct) =>
            (await FindAsync(caller, request.PipelineExecutionArn!, ct)).TryGet(out var found, out var failure) ? ExecutionView.Describe(found, ExecutionFacts.Of(found.Spec)) : failure);
        service.Add<DescribePipelineDefinitionForExecutionRequest, DescribePipelineDefinitionForExecutionResponse>("DescribePipelineDefinitionForExecution", async (request, caller, ct) =>
            (await FindAsync(caller, request.PipelineExecutionArn!, ct)).TryGet(out var found, out var failure)
                ? new DescribePipelineDefinitionForExecutionResponse { PipelineDefinition = ExecutionFacts.Of(found.Spec).Definition, CreationTime = found.Created } : failure);
        service.Add<ListPipelineExecutionsRequest, ListPipelineExecutionsResponse>("ListPipelineExecutions", ListAsync);
        service.Add<ListPipelineExecutionStepsRequest, ListPipelineExecutionStepsResponse>("ListPipelineExecutionSteps", StepsAsync);
        service.Add<ListPipelineParametersForExecutionRequest, ListPipelineParametersForExecutionResponse>("ListPipelineParametersForExecution", ParametersAsync);
        service.Add<SendPipelineExecutionStepSuccessRequest, SendPipelineExecutionStepSuccessResponse>("SendPipelineExecutionStepSuccess", async (request, caller, ct) =>
        {
            var outputs = new JsonObject { ["OutputParameters"] = new JsonObject((request.OutputParameters ?? []).GroupBy(p => p.Name!).Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Last().Value))) };
            return (await ReportAsync(caller, request.CallbackToken!, outputs, null, ct)).TryGet(out var arn, out var failure) ? new SendPipelineExecutionStepSuccessResponse { PipelineExecutionArn = arn } : failure;
        }, note: "tokens are read from ListPipelineExecutionSteps: there is no SQS");
        service.Add<SendPipelineExecutionStepFailureRequest, SendPipelineExecutionStepFailureResponse>("SendPipelineExecutionStepFailure", async (request, caller, ct) =>
            (await ReportAsync(caller, request.CallbackToken!, null, request.FailureReason ?? "The callback reported a failure", ct)).TryGet(out var arn, out var failure) ? new SendPipelineExecutionStepFailureResponse { PipelineExecutionArn = arn } : failure);
    }

    // 1. the pipeline and its parameters; 2. an id that the same request gives again; 3. the engine's execution.
    private async Task<AwsResult<StartPipelineExecutionResponse>> StartAsync(StartPipelineExecutionRequest request, AwsCaller caller, CancellationToken ct)
    {
        // 1.
        if (!(await pipelines.FindAsync(caller, request.PipelineName!, ct)).TryGet(out var stored, out var failure)) return failure;
        if (request.SelectiveExecutionConfig is not null) return SageMakerErrors.Invalid("SelectiveExecutionConfig is not supported here.");
        if (request.PipelineVersionId is not null) return SageMakerErrors.Invalid("PipelineVersionId is not supported here: the newest definition runs.");
        var (compiled, fault) = DefinitionCompiler.Compile(stored.Request.PipelineDefinition!, $"{caller.Account}/{caller.Region}/{stored.Name}");
        if (compiled is null) return SageMakerErrors.Invalid(fault!);
        var faults = new List<string>();
        var parameters = PipelineParameters.Of(compiled.Parameters, request.PipelineParameters ?? [], faults);
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));

        // 2.
        var id = Id($"{stored.Arn}/{stored.Created:O}/{request.ClientRequestToken}");
        var given = parameters.ToDictionary(p => p.Key, p => Expressions.Text(p.Value));
        var facts = new ExecutionFacts(caller.Account, caller.Region, stored.Name, stored.Arn, id, stored.Request.PipelineDefinition!, request.PipelineExecutionDisplayName ?? $"execution-{time.GetUtcNow().ToUnixTimeMilliseconds()}", request.PipelineExecutionDescription, given);
        var now = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

        // 3.
        var started = await executions.StartAsync(new PipelineSpec
        {
            Id = PipelineOperations.Prefix(caller, stored.Name) + id,
            Owner = SageMakerIds.Owner,
            Steps = compiled.Steps,
            MaxParallel = (request.ParallelismConfiguration ?? stored.Request.ParallelismConfiguration)?.MaxParallelExecutionSteps ?? 0,
            OwnerData = facts.ToJson(),
            Variables = new JsonObject
            {
                ["parameters"] = parameters,
                ["execution"] = new JsonObject
                {
                    ["PipelineName"] = stored.Name,
                    ["PipelineArn"] = stored.Arn,
                    ["PipelineExecutionId"] = id,
                    ["PipelineExecutionArn"] = facts.Arn,
                    ["StartDateTime"] = now,
                    ["CurrentDateTime"] = now,
                },
            },
        }, ct);
        if (started.TryGet(out _, out var error) || error.Code == ErrorCode.AlreadyExists) return new StartPipelineExecutionResponse { PipelineExecutionArn = facts.Arn };
        return error.Code == ErrorCode.InvalidArgument ? SageMakerErrors.Invalid(error.Message) : error;
    }

    private async Task<AwsResult<PipelineExecution>> FindAsync(AwsCaller caller, string arn, CancellationToken ct)
    {
        var cut = arn.IndexOf("/execution/", StringComparison.Ordinal);
        if (cut > 0 && (await pipelines.FindAsync(caller, arn[..cut], ct)).TryGet(out var stored, out _)
            && (await executions.GetAsync(PipelineOperations.Prefix(caller, stored.Name) + arn[(cut + "/execution/".Length)..], ct)).TryGet(out var execution, out _)) return execution;
        return SageMakerErrors.NotFound($"Pipeline execution with ARN {arn} does not exist.");
    }

    private async Task<AwsResult<ListPipelineExecutionsResponse>> ListAsync(ListPipelineExecutionsRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await pipelines.FindAsync(caller, request.PipelineName!, ct)).TryGet(out var stored, out var failure)) return failure;
        var all = (await executions.ListAsync(PipelineOperations.Prefix(caller, stored.Name), ct)).Select(e => ExecutionView.Summary(e, ExecutionFacts.Of(e.Spec)));
        var listing = Listing.Of(request) with { CreationTimeAfter = request.CreatedAfter, CreationTimeBefore = request.CreatedBefore, SortBy = request.SortBy == "PipelineExecutionArn" ? "Name" : null };
        var page = listing.Cut(all, e => new(e.PipelineExecutionArn!, e.StartTime!.Value, e.StartTime!.Value));
        return page.TryGet(out var cut, out failure) ? new ListPipelineExecutionsResponse { PipelineExecutionSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<ListPipelineExecutionStepsResponse>> StepsAsync(ListPipelineExecutionStepsRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await FindAsync(caller, request.PipelineExecutionArn ?? "", ct)).TryGet(out var execution, out var failure)) return failure;
        var page = Listing.Of(request).Cut(ExecutionView.Steps(execution), s => new(s.StepName!, s.StartTime!.Value, s.StartTime!.Value));
        return page.TryGet(out var cut, out failure) ? new ListPipelineExecutionStepsResponse { PipelineExecutionSteps = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<ListPipelineParametersForExecutionResponse>> ParametersAsync(ListPipelineParametersForExecutionRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await FindAsync(caller, request.PipelineExecutionArn!, ct)).TryGet(out var execution, out var failure)) return failure;
        var parameters = ExecutionFacts.Of(execution.Spec).Parameters.Select(p => new Parameter { Name = p.Key, Value = p.Value });
        var page = (Listing.Of(request) with { SortBy = "Name" }).Cut(parameters, p => new(p.Name!, execution.Created, execution.Created), ascendingByDefault: true);
        return page.TryGet(out var cut, out failure) ? new ListPipelineParametersForExecutionResponse { PipelineParameters = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<string>> ReportAsync(AwsCaller caller, string token, JsonNode? outputs, string? failure, CancellationToken ct)
    {
        var reported = await executions.ReportAsync(SageMakerIds.Engine(caller, "pipeline/"), token, outputs, failure, ct);
        if (reported.TryGet(out var execution, out var error)) return ExecutionFacts.Of(execution.Spec).Arn;
        return error.Code == ErrorCode.NotFound ? SageMakerErrors.NotFound($"No step waits for the callback token {token}.") : new AwsError("ConflictException", error.Message);
    }

    // Twelve lower-case letters and digits, as SageMaker's are; equal tokens give equal ids.
    private static string Id(string from)
    {
        const string letters = "abcdefghijklmnopqrstuvwxyz0123456789";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(from));
        return string.Create(12, hash, (span, bytes) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = letters[bytes[i] % letters.Length];
        });
    }
}
