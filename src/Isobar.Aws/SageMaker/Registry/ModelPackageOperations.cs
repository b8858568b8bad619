using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Registry;

/// <summary>Model packages: versions of a group with their approval, or single named packages.</summary>
internal sealed class ModelPackageOperations(ModelPackageStore store) : ISageMakerOperations
{
    private const string ApprovalDescription = "ApprovalDescription";

    public void AddTo(SageMakerService service)
    {
        service.Add<CreateModelPackageInput, CreateModelPackageOutput>("CreateModelPackage", CreateAsync);
        service.Add<DescribeModelPackageInput, DescribeModelPackageOutput>("DescribeModelPackage", async (request, caller, ct) =>
            (await store.FindAsync(caller, request.ModelPackageName!, ct)).TryGet(out var stored, out var failure) ? Describe(stored) : failure);
        service.Add<ListModelPackagesInput, ListModelPackagesOutput>("ListModelPackages", ListAsync);
        service.Add<UpdateModelPackageInput, UpdateModelPackageOutput>("UpdateModelPackage", UpdateAsync);
        service.Add<DeleteModelPackageInput>("DeleteModelPackage", async (request, caller, ct) =>
        {
            if (!(await store.FindAsync(caller, request.ModelPackageName!, ct)).TryGet(out var stored, out var failure)) return failure;
            await store.Packages.DeleteAsync(caller, stored.Name, ct);
            return NoReply.Value;
        });
    }

    private async Task<AwsResult<CreateModelPackageOutput>> CreateAsync(CreateModelPackageInput request, AwsCaller caller, CancellationToken ct)
    {
        if ((request.ModelPackageName is null) == (request.ModelPackageGroupName is null)) return SageMakerErrors.Invalid("Exactly one of ModelPackageName and ModelPackageGroupName is required.");
        if (request.InferenceSpecification is null && request.SourceAlgorithmSpecification is null && request.SourceUri is null) return SageMakerErrors.Invalid("One of InferenceSpecification, SourceAlgorithmSpecification and SourceUri is required.");
        if (request.ClientToken is { } token && (await store.Packages.ListAsync(caller, ct)).FirstOrDefault(p => p.Fact(ModelPackageStore.Token) == token) is { } same) return new CreateModelPackageOutput { ModelPackageArn = same.Arn };
        if (request.ModelPackageGroupName is { } groupName)
        {
            if (!(await store.FindGroupAsync(caller, groupName, ct)).TryGet(out var group, out var failure)) return failure;
            var added = await store.AddVersionAsync(caller, group.Name, request with { ModelApprovalStatus = request.ModelApprovalStatus ?? "PendingManualApproval" }, ct);
            return added.TryGet(out var version, out var refused) ? new CreateModelPackageOutput { ModelPackageArn = version.Arn } : refused;
        }
        var created = await store.Packages.CreateAsync(caller, request.ModelPackageName!, request, request.Tags, ct, ModelPackageStore.FactsOf(request));
        if (created.TryGet(out var stored, out var error)) return new CreateModelPackageOutput { ModelPackageArn = stored.Arn };
        return error.Code == ErrorCode.AlreadyExists ? SageMakerErrors.Invalid($"ModelPackage already exists: {store.Packages.Arn(caller, request.ModelPackageName!)}") : error;
    }

    private async Task<AwsResult<ListModelPackagesOutput>> ListAsync(ListModelPackagesInput request, AwsCaller caller, CancellationToken ct)
    {
        string? group = null;
        if (request.ModelPackageGroupName is { } groupName)
        {
            if (!(await store.FindGroupAsync(caller, groupName, ct)).TryGet(out var found, out var missing)) return missing;
            group = found.Name;
        }
        var items = (await store.Packages.ListAsync(caller, ct)).Where(p =>
            (group is null ? Kind(p, request.ModelPackageType) : p.Request.ModelPackageGroupName == group)
            && (request.ModelApprovalStatus is null || p.Request.ModelApprovalStatus == request.ModelApprovalStatus));
        var page = Listing.Of(request).Cut(items, p => new(p.Name, p.Created, p.Modified));
        return page.TryGet(out var cut, out var failure) ? new ListModelPackagesOutput { ModelPackageSummaryList = [.. cut.Items.Select(Summary)], NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<UpdateModelPackageOutput>> UpdateAsync(UpdateModelPackageInput request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await store.FindAsync(caller, request.ModelPackageArn!, ct)).TryGet(out var found, out var failure)) return failure;
        if (request.ModelApprovalStatus is not null && found.Request.ModelPackageGroupName is null) return SageMakerErrors.Invalid("ModelApprovalStatus can be set for a version of a model package group only.");
        var changed = await store.Packages.ChangeAsync(caller, found.Name, s =>
        {
            var metadata = new Dictionary<string, string>(s.Request.CustomerMetadataProperties ?? new Dictionary<string, string>());
            foreach (var key in request.CustomerMetadataPropertiesToRemove ?? []) metadata.Remove(key);
            foreach (var (key, value) in request.CustomerMetadataProperties ?? new Dictionary<string, string>()) metadata[key] = value;
            var now = s with
            {
                Request = s.Request with
                {
                    ModelApprovalStatus = request.ModelApprovalStatus ?? s.Request.ModelApprovalStatus,
                    CustomerMetadataProperties = metadata.Count > 0 ? metadata : null,
                    AdditionalInferenceSpecifications = request.AdditionalInferenceSpecificationsToAdd is { } more ? [.. s.Request.AdditionalInferenceSpecifications ?? [], .. more] : s.Request.AdditionalInferenceSpecifications,
                    InferenceSpecification = request.InferenceSpecification ?? s.Request.InferenceSpecification,
                    SourceUri = request.SourceUri ?? s.Request.SourceUri,
                    ModelCard = request.ModelCard ?? s.Request.ModelCard,
                    ModelLifeCycle = request.ModelLifeCycle ?? s.Request.ModelLifeCycle,
                },
            };
            return request.ApprovalDescription is { } text ? now.With(ApprovalDescription, text) : now;
        }, ct);
        return changed.TryGet(out var stored, out var error) ? new UpdateModelPackageOutput { ModelPackageArn = stored.Arn } : error;
    }

    private static DescribeModelPackageOutput Describe(Stored<CreateModelPackageInput> stored) => SageMakerJson.Reshape<DescribeModelPackageOutput>(stored.Request) with
    {
        ModelPackageName = stored.Name,
        ModelPackageVersion = ModelPackageStore.Version(stored),
        ModelPackageArn = stored.Arn,
        CreationTime = stored.Created,
        LastModifiedTime = stored.Modified == stored.Created ? null : stored.Modified,
        ModelPackageStatus = "Completed",
        ModelPackageStatusDetails = new ModelPackageStatusDetails { ValidationStatuses = [], ImageScanStatuses = [] },
        CertifyForMarketplace = stored.Request.CertifyForMarketplace ?? false,
        ApprovalDescription = stored.Fact(ApprovalDescription),
    };

    private static ModelPackageSummary Summary(Stored<CreateModelPackageInput> stored) => SageMakerJson.Reshape<ModelPackageSummary>(stored.Request) with
    {
        ModelPackageName = stored.Request.ModelPackageGroupName is null ? stored.Name : null,
        ModelPackageVersion = ModelPackageStore.Version(stored),
        ModelPackageArn = stored.Arn,
        CreationTime = stored.Created,
        ModelPackageStatus = "Completed",
    };

    private static bool Kind(Stored<CreateModelPackageInput> package, string? type) => type switch
    {
        "Both" => true,
        "Versioned" => package.Request.ModelPackageGroupName is not null,
        _ => package.Request.ModelPackageGroupName is null,
    };
}
