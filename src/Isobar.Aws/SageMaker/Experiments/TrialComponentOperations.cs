using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Experiments;

/// <summary>Trial components: what a step of a trial took, gave and measured.</summary>
internal sealed class TrialComponentOperations(
    ResourceTable<CreateTrialComponentRequest> table, ResourceTable<CreateTrialRequest> trials, TrialLinks links, TrialMetrics metrics) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateTrialComponentRequest, CreateTrialComponentResponse>("CreateTrialComponent", async (request, caller, ct) =>
        {
            var created = await table.CreateAsync(caller, request.TrialComponentName!, request with { DisplayName = request.DisplayName ?? request.TrialComponentName }, request.Tags, ct);
            if (created.TryGet(out var stored, out var error)) return new CreateTrialComponentResponse { TrialComponentArn = stored.Arn };
            return error.Code == ErrorCode.AlreadyExists ? ExperimentErrors.Exists("TrialComponent", request.TrialComponentName!) : error;
        });
        service.Add<DescribeTrialComponentRequest, DescribeTrialComponentResponse>("DescribeTrialComponent", async (request, caller, ct) =>
            await table.GetAsync(caller, request.TrialComponentName!, ct) is { } stored
                ? SageMakerJson.Reshape<DescribeTrialComponentResponse>(stored.Request) with
                {
                    TrialComponentArn = stored.Arn,
                    CreationTime = stored.Created,
                    LastModifiedTime = stored.Modified,
                    Metrics = await metrics.ListAsync(stored.Arn, ct),
                }
                : ExperimentErrors.Missing("TrialComponent", request.TrialComponentName!));
        service.Add<ListTrialComponentsRequest, ListTrialComponentsResponse>("ListTrialComponents", ListAsync);
        service.Add<UpdateTrialComponentRequest, UpdateTrialComponentResponse>("UpdateTrialComponent", UpdateAsync);
        service.Add<DeleteTrialComponentRequest, DeleteTrialComponentResponse>("DeleteTrialComponent", async (request, caller, ct) =>
        {
            if (await table.GetAsync(caller, request.TrialComponentName!, ct) is not { } stored) return ExperimentErrors.Missing("TrialComponent", request.TrialComponentName!);
            if ((await links.AllAsync(caller, ct)).Any(l => l.Component == stored.Name)) return SageMakerErrors.Invalid($"The trial component {stored.Name} is associated with a trial; disassociate it first.");
            await table.DeleteAsync(caller, stored.Name, ct);
            await metrics.ForgetAsync(stored.Arn, ct);
            return new DeleteTrialComponentResponse { TrialComponentArn = stored.Arn };
        });
    }

    private async Task<AwsResult<ListTrialComponentsResponse>> ListAsync(ListTrialComponentsRequest request, AwsCaller caller, CancellationToken ct)
    {
        IEnumerable<Stored<CreateTrialComponentRequest>> all = request.SourceArn is null ? await table.ListAsync(caller, ct) : [];
        if (request.TrialName is not null || request.ExperimentName is not null)
        {
            var wanted = (await trials.ListAsync(caller, ct))
                .Where(t => (request.TrialName is null || t.Name == request.TrialName) && (request.ExperimentName is null || t.Request.ExperimentName == request.ExperimentName))
                .Select(t => t.Name).ToHashSet();
            var linked = (await links.AllAsync(caller, ct)).Where(l => wanted.Contains(l.Trial)).Select(l => l.Component).ToHashSet();
            all = all.Where(c => linked.Contains(c.Name));
        }
        var page = ExperimentErrors.Listing(request, request.CreatedAfter, request.CreatedBefore).Cut(all, s => new(s.Name, s.Created, s.Modified));
        return page.TryGet(out var cut, out var failure) ? new ListTrialComponentsResponse { TrialComponentSummaries = [.. cut.Items.Select(Summary)], NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<UpdateTrialComponentResponse>> UpdateAsync(UpdateTrialComponentRequest request, AwsCaller caller, CancellationToken ct)
    {
        var changed = await table.ChangeAsync(caller, request.TrialComponentName!, s => s with
        {
            Request = s.Request with
            {
                DisplayName = request.DisplayName ?? s.Request.DisplayName,
                Status = request.Status ?? s.Request.Status,
                StartTime = request.StartTime ?? s.Request.StartTime,
                EndTime = request.EndTime ?? s.Request.EndTime,
                Parameters = Merged(s.Request.Parameters, request.Parameters, request.ParametersToRemove),
                InputArtifacts = Merged(s.Request.InputArtifacts, request.InputArtifacts, request.InputArtifactsToRemove),
                OutputArtifacts = Merged(s.Request.OutputArtifacts, request.OutputArtifacts, request.OutputArtifactsToRemove),
            },
        }, ct);
        return changed.TryGet(out var stored, out _) ? new UpdateTrialComponentResponse { TrialComponentArn = stored.Arn } : ExperimentErrors.Missing("TrialComponent", request.TrialComponentName!);
    }

    private static Dictionary<string, T>? Merged<T>(IReadOnlyDictionary<string, T>? old, IReadOnlyDictionary<string, T>? added, IReadOnlyList<string>? removed)
    {
        var merged = new Dictionary<string, T>(old ?? new Dictionary<string, T>());
        foreach (var key in removed ?? []) merged.Remove(key);
        foreach (var (key, value) in added ?? new Dictionary<string, T>()) merged[key] = value;
        return merged.Count > 0 ? merged : null;
    }

    private static TrialComponentSummary Summary(Stored<CreateTrialComponentRequest> stored) => SageMakerJson.Reshape<TrialComponentSummary>(stored.Request) with
    {
        TrialComponentArn = stored.Arn,
        CreationTime = stored.Created,
        LastModifiedTime = stored.Modified,
    };
}
