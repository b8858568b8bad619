using CsCheck;
using Isobar.Aws.Protocols;

namespace Isobar.Aws.Tests.Protocols;

public sealed class PagingTests
{
    [Fact]
    public void Cut_AnyPageSizeAndOrder_GivesEveryItemOnceInOrder() =>
        Gen.Select(Gen.Int[0, 5].List[0, 40], Gen.Int[1, 7], Gen.Bool).Sample((keys, size, descending) =>
        {
            var items = keys.Select((k, i) => (Time: DateTimeOffset.UnixEpoch.AddSeconds(k), Name: $"n{i:D2}")).ToList();
            var read = new List<(DateTimeOffset Time, string Name)>();
            string? token = null;
            do
            {
                Assert.True(Paging.Cut(items, i => i.Time, i => i.Name, descending, size, token).TryGet(out var page, out _));
                Assert.True(page.Items.Count <= size);
                read.AddRange(page.Items);
                token = page.NextToken;
            }
            while (token is not null);
            var expected = items.OrderBy(i => i.Time).ThenBy(i => i.Name, StringComparer.Ordinal).ToList();
            if (descending) expected.Reverse();
            Assert.Equal(expected, read);
        });

    [Fact]
    public void Cut_ItemDeletedBetweenPages_SkipsNothing()
    {
        string[] names = ["a", "b", "c", "d"];
        Assert.True(Paging.Cut(names, n => n, n => n, false, 2, null).TryGet(out var first, out _));
        Assert.True(Paging.Cut(names.Where(n => n != "a"), n => n, n => n, false, 2, first.NextToken).TryGet(out var second, out _));
        Assert.Equal(["c", "d"], second.Items);
    }

    [Fact]
    public void Cut_ForeignToken_IsAValidationError()
    {
        Assert.False(Paging.Cut(["a"], n => n, n => n, false, 2, "???").TryGet(AwsError.Of, out _, out var error));
        Assert.Equal("ValidationException", error.Code);
    }
}
