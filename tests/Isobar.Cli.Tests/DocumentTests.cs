using System.Globalization;
using System.Runtime.CompilerServices;
using Isobar.Core.Results;

namespace Isobar.Cli.Tests;

/// <summary>What the documents say of codes is what the code does.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task ExitCodes_BesideTheCode_AreTheSame()
    {
        var rows = (await RowsAsync("exit-codes.md")).Select(r => (int.Parse(r[0], CultureInfo.InvariantCulture), r[1]));
        Assert.Equal(Exit.All, rows);
    }

    [Fact]
    public async Task Errors_BesideTheCode_NameEachWithItsExitCode()
    {
        var rows = (await RowsAsync("errors.md")).Select(r => (r[0], int.Parse(r[^1], CultureInfo.InvariantCulture)));
        Assert.Equal(Enum.GetValues<ErrorCode>().Select(c => (c.ToString(), Exit.Of(c))).Order(), rows.Order());
    }

    [Fact]
    public async Task ReadmeLinks_WithinTheRepository_LeadSomewhere()
    {
        var links = System.Text.RegularExpressions.Regex.Matches(await File.ReadAllTextAsync(Path.Combine(Root(), "README.md")), @"\]\((?!https?:|#)([^)#]+)").Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, l => Assert.True(Path.Exists(Path.Combine(Root(), l)), l));
    }

    /// <summary>The cells of the rows of the document's first table.</summary>
    private static async Task<IReadOnlyList<string[]>> RowsAsync(string document) =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(Root(), "docs", document))).SkipWhile(l => !l.StartsWith('|')).TakeWhile(l => l.StartsWith('|')).Skip(2).Select(l => l.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries))];

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(path, "..", "..", ".."));
}
