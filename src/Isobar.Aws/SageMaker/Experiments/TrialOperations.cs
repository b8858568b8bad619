using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Experiments;

/// <summary>Trials of experiments, and the components that belong to them.</summary>
internal sealed class TrialOperations(
    ResourceTable<CreateTrialRequest> table, ResourceTable<CreateExperimentRequest> experiments, ResourceTable<CreateTrialComponentRequest> components, TrialLinks links) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateTrialRequest, CreateTrialResponse>("CreateTrial", CreateAsync);
        service.Add<DescribeTrialRequest, DescribeTrialResponse>("DescribeTrial", async (request, caller, ct) =>
            await table.GetAsync(caller, request.TrialName!, ct) is { } stored
                ? SageMakerJson.Reshape<DescribeTrialResponse>(stored.Request) with { TrialArn = stored.Arn, CreationTime = stored.Created, LastModifiedTime = stored.Modified }
                : ExperimentErrors.Missing("Trial", request.TrialName!));
        service.Add<ListTrialsRequest, ListTrialsResponse>("ListTrials", ListAsync);
        service.Add<UpdateTrialRequest, UpdateTrialResponse>("UpdateTrial", async (request, caller, ct) =>
        {
            var changed = await table.ChangeAsync(caller, request.TrialName!, s => s with { Request = s.Request with { DisplayName = request.DisplayName ?? s.Request.DisplayName } }, ct);
            return changed.TryGet(out var stored, out _) ? new UpdateTrialResponse { TrialArn = stored.Arn } : ExperimentErrors.Missing("Trial", request.TrialName!);
        });
        service.Add<DeleteTrialRequest, DeleteTrialResponse>("DeleteTrial", DeleteAsync);
        service.Add<AssociateTrialComponentRequest, AssociateTrialComponentResponse>("AssociateTrialComponent", async (request, caller, ct) =>
        {
            if (await table.GetAsync(caller, request.TrialName!, ct) is not { } trial) return ExperimentErrors.Missing("Trial", request.TrialName!);
            if (await components.GetAsync(caller, request.TrialComponentName!, ct) is not { } component) return ExperimentErrors.Missing("TrialComponent", request.TrialComponentName!);
            await links.AddAsync(caller, trial.Name, component.Name, ct);
            return new AssociateTrialComponentResponse { TrialArn = trial.Arn, TrialComponentArn = component.Arn };
        });
        service.Add<DisassociateTrialComponentRequest, DisassociateTrialComponentResponse>("DisassociateTrialComponent", async (request, caller, ct) =>
            await links.RemoveAsync(caller, request.TrialName!, request.TrialComponentName!, ct)
                ? new DisassociateTrialComponentResponse { TrialArn = table.Arn(caller, request.TrialName!), TrialComponentArn = components.Arn(caller, request.TrialComponentName!) }
                : SageMakerErrors.NotFound($"The trial component '{request.TrialComponentName}' is not associated with the trial '{request.TrialName}'."));
    }

    private async Task<AwsResult<CreateTrialResponse>> CreateAsync(CreateTrialRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await experiments.GetAsync(caller, request.ExperimentName!, ct) is null) return ExperimentErrors.Missing("Experiment", request.ExperimentName!);
        var created = await table.CreateAsync(caller, request.TrialName!, request with { DisplayName = request.DisplayName ?? request.TrialName }, request.Tags, ct);
        if (created.TryGet(out var stored, out var error)) return new CreateTrialResponse { TrialArn = stored.Arn };
        return error.Code == ErrorCode.AlreadyExists ? ExperimentErrors.Exists("Trial", request.TrialName!) : error;
    }

    private async Task<AwsResult<ListTrialsResponse>> ListAsync(ListTrialsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var all = (await table.ListAsync(caller, ct)).Where(t => request.ExperimentName is null || t.Request.ExperimentName == request.ExperimentName);
        if (request.TrialComponentName is { } component)
        {
            var linked = (await links.AllAsync(caller, ct)).Where(l => l.Component == component).Select(l => l.Trial).ToHashSet();
            all = all.Where(t => linked.Contains(t.Name));
        }
        var page = ExperimentErrors.Listing(request, request.CreatedAfter, request.CreatedBefore).Cut(all, s => new(s.Name, s.Created, s.Modified));
        return page.TryGet(out var cut, out var failure) ? new ListTrialsResponse { TrialSummaries = [.. cut.Items.Select(Summary)], NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<DeleteTrialResponse>> DeleteAsync(DeleteTrialRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await table.GetAsync(caller, request.TrialName!, ct) is not { } stored) return ExperimentErrors.Missing("Trial", request.TrialName!);
        if ((await links.AllAsync(caller, ct)).Any(l => l.Trial == stored.Name)) return SageMakerErrors.Invalid($"The trial {stored.Name} has trial components; disassociate them first.");
        await table.DeleteAsync(caller, stored.Name, ct);
        return new DeleteTrialResponse { TrialArn = stored.Arn };
    }

    private static TrialSummary Summary(Stored<CreateTrialRequest> stored) => new()
    {
        TrialArn = stored.Arn,
        TrialName = stored.Name,
        DisplayName = stored.Request.DisplayName,
        CreationTime = stored.Created,
        LastModifiedTime = stored.Modified,
    };
}
