using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.SageMaker.Tagging;

/// <summary>Tags of any resource.</summary>
internal sealed class TagOperations(ResourceTags tags) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<AddTagsInput, AddTagsOutput>("AddTags", async (request, _, ct) =>
            (await tags.AddAsync(Key(request.ResourceArn!), request.Tags!, ct)).TryGet(out var all, out var error) ? new AddTagsOutput { Tags = all } : error);
        service.Add<DeleteTagsInput, DeleteTagsOutput>("DeleteTags", async (request, _, ct) =>
            (await tags.RemoveAsync(Key(request.ResourceArn!), request.TagKeys!, ct)).TryGet(out var _, out var error) ? new DeleteTagsOutput() : error);
        service.Add<ListTagsInput, ListTagsOutput>("ListTags", async (request, _, ct) =>
        {
            var page = Paging.Cut(await tags.ListAsync(Key(request.ResourceArn!), ct), t => t.Key!, t => t.Key!, false, request.MaxResults, request.NextToken, ResourceTags.Limit);
            return page.TryGet(out var cut, out var failure) ? new ListTagsOutput { Tags = cut.Items, NextToken = cut.NextToken } : failure;
        });
    }

    // SageMaker's own ARNs have the name in lower case; callers build theirs with the name as it is.
    private static string Key(string arn) => arn.ToLowerInvariant();
}
