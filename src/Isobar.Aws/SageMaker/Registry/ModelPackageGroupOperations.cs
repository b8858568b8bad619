using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Registry;

/// <summary>Groups of model package versions.</summary>
internal sealed class ModelPackageGroupOperations(ResourceTable<CreateModelPackageGroupInput> table, ModelPackageStore store) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateModelPackageGroupInput, CreateModelPackageGroupOutput>("CreateModelPackageGroup", async (request, caller, ct) =>
        {
            var created = await table.CreateAsync(caller, request.ModelPackageGroupName!, request, request.Tags, ct);
            if (created.TryGet(out var stored, out var error)) return new CreateModelPackageGroupOutput { ModelPackageGroupArn = stored.Arn };
            return error.Code == ErrorCode.AlreadyExists ? SageMakerErrors.Invalid($"Model Package Group already exists: {table.Arn(caller, request.ModelPackageGroupName!)}") : error;
        });
        service.Add<DescribeModelPackageGroupInput, DescribeModelPackageGroupOutput>("DescribeModelPackageGroup", async (request, caller, ct) =>
            (await store.FindGroupAsync(caller, request.ModelPackageGroupName!, ct)).TryGet(out var stored, out var failure)
                ? SageMakerJson.Reshape<DescribeModelPackageGroupOutput>(stored.Request) with { ModelPackageGroupArn = stored.Arn, CreationTime = stored.Created, ModelPackageGroupStatus = "Completed" }
                : failure);
        service.Add<ListModelPackageGroupsInput, ListModelPackageGroupsOutput>("ListModelPackageGroups", async (request, caller, ct) =>
        {
            var page = Listing.Of(request).Cut(await table.ListAsync(caller, ct), s => new(s.Name, s.Created, s.Modified));
            return page.TryGet(out var cut, out var failure) ? new ListModelPackageGroupsOutput { ModelPackageGroupSummaryList = [.. cut.Items.Select(Summary)], NextToken = cut.NextToken } : failure;
        });
        service.Add<DeleteModelPackageGroupInput>("DeleteModelPackageGroup", async (request, caller, ct) =>
        {
            if (!(await store.FindGroupAsync(caller, request.ModelPackageGroupName!, ct)).TryGet(out var stored, out var failure)) return failure;
            if ((await store.VersionsAsync(caller, stored.Name, ct)).Count > 0) return new AwsError("ConflictException", $"The model package group {stored.Arn} holds model packages; delete them first.");
            await table.DeleteAsync(caller, stored.Name, ct);
            return NoReply.Value;
        });
    }

    private static ModelPackageGroupSummary Summary(Stored<CreateModelPackageGroupInput> stored) => new()
    {
        ModelPackageGroupName = stored.Name,
        ModelPackageGroupArn = stored.Arn,
        ModelPackageGroupDescription = stored.Request.ModelPackageGroupDescription,
        CreationTime = stored.Created,
        ModelPackageGroupStatus = "Completed",
    };
}
