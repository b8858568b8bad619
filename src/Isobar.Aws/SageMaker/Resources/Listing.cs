using Isobar.Aws.Protocols;

namespace Isobar.Aws.SageMaker.Resources;

/// <summary>What a list request may filter and sort by; each operation fills in what its request has.</summary>
internal sealed record Listing
{
    public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    public string? StatusEquals { get; init; }
    public string? SortBy { get; init; }
    public string? SortOrder { get; init; }
    public int? MaxResults { get; init; }
    public string? NextToken { get; init; }

    /// <summary>The filters that a request names; requests share these members' names.</summary>
    public static Listing Of(object request) => SageMakerJson.Reshape<Listing>(request);

    /// <summary>Filters, sorts and cuts a page. Newest first unless the request says otherwise, as SageMaker does.</summary>
    public AwsResult<Page<TItem>> Cut<TItem>(IEnumerable<TItem> items, Func<TItem, ListedAs> view, bool ascendingByDefault = false)
    {
        var viewed = items.Select(i => (Item: i, As: view(i))).Where(i => Fits(i.As));
        var descending = SortOrder is null ? !ascendingByDefault : SortOrder == "Descending";
        var page = Paging.Cut(viewed, i => KeyOf(i.As), i => i.As.Name, descending, MaxResults, NextToken);
        return page.TryGet(out var cut, out var failure) ? new Page<TItem>([.. cut.Items.Select(i => i.Item)], cut.NextToken) : failure;
    }

    private SortKey KeyOf(ListedAs item) => SortBy switch
    {
        "Name" => item.Name,
        "Status" => item.Status ?? "",
        "LastModifiedTime" => item.Modified,
        "FinalObjectiveMetricValue" => item.Rank ?? "",
        _ => item.Created,
    };

    private bool Fits(ListedAs item) =>
        (NameContains is null || item.Name.Contains(NameContains, StringComparison.OrdinalIgnoreCase))
        && (CreationTimeAfter is null || item.Created >= CreationTimeAfter)
        && (CreationTimeBefore is null || item.Created <= CreationTimeBefore)
        && (LastModifiedTimeAfter is null || item.Modified >= LastModifiedTimeAfter)
        && (LastModifiedTimeBefore is null || item.Modified <= LastModifiedTimeBefore)
        && (StatusEquals is null || item.Status == StatusEquals);
}

/// <summary>What lists look at.</summary>
/// <param name="Rank">A text that sorts as the objective does, for tuning jobs.</param>
internal readonly record struct ListedAs(string Name, DateTimeOffset Created, DateTimeOffset Modified, string? Status = null, string? Rank = null);
