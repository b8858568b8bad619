using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Experiments;

/// <summary>Experiments: names under which trials stand.</summary>
internal sealed class ExperimentOperations(ResourceTable<CreateExperimentRequest> table, ResourceTable<CreateTrialRequest> trials) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateExperimentRequest, CreateExperimentResponse>("CreateExperiment", async (request, caller, ct) =>
        {
            var created = await table.CreateAsync(caller, request.ExperimentName!, request with { DisplayName = request.DisplayName ?? request.ExperimentName }, request.Tags, ct);
            if (created.TryGet(out var stored, out var error)) return new CreateExperimentResponse { ExperimentArn = stored.Arn };
            return error.Code == ErrorCode.AlreadyExists ? ExperimentErrors.Exists("Experiment", request.ExperimentName!) : error;
        });
        service.Add<DescribeExperimentRequest, DescribeExperimentResponse>("DescribeExperiment", async (request, caller, ct) =>
            await table.GetAsync(caller, request.ExperimentName!, ct) is { } stored
                ? SageMakerJson.Reshape<DescribeExperimentResponse>(stored.Request) with { ExperimentArn = stored.Arn, CreationTime = stored.Created, LastModifiedTime = stored.Modified }
                : ExperimentErrors.Missing("Experiment", request.ExperimentName!));
        service.Add<ListExperimentsRequest, ListExperimentsResponse>("ListExperiments", async (request, caller, ct) =>
        {
            var page = ExperimentErrors.Listing(request, request.CreatedAfter, request.CreatedBefore).Cut(await table.ListAsync(caller, ct), s => new(s.Name, s.Created, s.Modified));
            return page.TryGet(out var cut, out var failure) ? new ListExperimentsResponse { ExperimentSummaries = [.. cut.Items.Select(Summary)], NextToken = cut.NextToken } : failure;
        });
        service.Add<UpdateExperimentRequest, UpdateExperimentResponse>("UpdateExperiment", async (request, caller, ct) =>
        {
            var changed = await table.ChangeAsync(caller, request.ExperimentName!, s => s with
            {
                Request = s.Request with { DisplayName = request.DisplayName ?? s.Request.DisplayName, Description = request.Description ?? s.Request.Description },
            }, ct);
            return changed.TryGet(out var stored, out _) ? new UpdateExperimentResponse { ExperimentArn = stored.Arn } : ExperimentErrors.Missing("Experiment", request.ExperimentName!);
        });
        service.Add<DeleteExperimentRequest, DeleteExperimentResponse>("DeleteExperiment", async (request, caller, ct) =>
        {
            if (await table.GetAsync(caller, request.ExperimentName!, ct) is not { } stored) return ExperimentErrors.Missing("Experiment", request.ExperimentName!);
            if ((await trials.ListAsync(caller, ct)).Any(t => t.Request.ExperimentName == stored.Name)) return SageMakerErrors.Invalid($"The experiment {stored.Name} has trials; delete them first.");
            await table.DeleteAsync(caller, stored.Name, ct);
            return new DeleteExperimentResponse { ExperimentArn = stored.Arn };
        });
    }

    private static ExperimentSummary Summary(Stored<CreateExperimentRequest> stored) => new()
    {
        ExperimentArn = stored.Arn,
        ExperimentName = stored.Name,
        DisplayName = stored.Request.DisplayName,
        CreationTime = stored.Created,
        LastModifiedTime = stored.Modified,
    };
}

/// <summary>What the resources of experiments share.</summary>
internal static class ExperimentErrors
{
    public static AwsError Missing(string kind, string name) => SageMakerErrors.NotFound($"{kind} '{name}' does not exist.");

    public static AwsError Exists(string kind, string name) => SageMakerErrors.Invalid($"{kind} names must be unique within an AWS account and region. {kind} with name ({name}) already exists.");

    public static Listing Listing(object request, DateTimeOffset? after, DateTimeOffset? before) =>
        Resources.Listing.Of(request) with { CreationTimeAfter = after, CreationTimeBefore = before };
}
