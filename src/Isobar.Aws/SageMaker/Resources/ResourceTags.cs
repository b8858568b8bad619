using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Aws.SageMaker.Resources;

/// <summary>Tags of resources, by ARN.</summary>
internal sealed class ResourceTags(IStateStore state)
{
    public const int Limit = 50;

    private static readonly Collection<TagSet> Sets = new("aws.sagemaker.tags", SageMakerJson.Of<TagSet>());

    public async Task<IReadOnlyList<Tag>> ListAsync(string arn, CancellationToken ct) => (await state.GetAsync(Sets, arn, ct))?.Value.Tags ?? [];

    public async Task<IReadOnlyDictionary<string, string>> MapAsync(string arn, CancellationToken ct) => ToMap(await ListAsync(arn, ct));

    public static IReadOnlyDictionary<string, string> ToMap(IReadOnlyList<Tag>? tags) =>
        (tags ?? []).GroupBy(t => t.Key!).ToDictionary(g => g.Key, g => g.Last().Value!);

    /// <summary>Adds tags, replacing those of the same key; <see cref="ErrorCode.ResourceExhausted"/> past <see cref="Limit"/>.</summary>
    public Task<Result<IReadOnlyList<Tag>>> AddAsync(string arn, IReadOnlyList<Tag> added, CancellationToken ct) =>
        ChangeAsync(arn, old => [.. old.Where(t => added.All(a => a.Key != t.Key)), .. added.GroupBy(a => a.Key).Select(g => g.Last())], ct);

    public Task<Result<IReadOnlyList<Tag>>> RemoveAsync(string arn, IReadOnlyList<string> keys, CancellationToken ct) =>
        ChangeAsync(arn, old => [.. old.Where(t => !keys.Contains(t.Key))], ct);

    public Task ForgetAsync(string arn, CancellationToken ct) => state.DeleteAsync(Sets, arn, ct);

    private async Task<Result<IReadOnlyList<Tag>>> ChangeAsync(string arn, Func<IReadOnlyList<Tag>, IReadOnlyList<Tag>> change, CancellationToken ct)
    {
        // Inserting first makes the change below atomic for the first tags as well.
        await state.InsertAsync(Sets, arn, new TagSet([]), ct);
        var changed = await state.ChangeAsync<TagSet>(Sets, arn, set =>
        {
            var tags = change(set.Tags);
            return tags.Count > Limit ? new Error(ErrorCode.ResourceExhausted, $"A resource can have at most {Limit} tags.") : new TagSet(tags);
        }, ct);
        return changed.TryGet(out var document, out var error) ? Result<IReadOnlyList<Tag>>.Ok(document.Value.Tags) : error;
    }

    internal sealed record TagSet(IReadOnlyList<Tag> Tags);
}
