using System.Runtime.CompilerServices;
using Isobar.Cli.Commands;

namespace Isobar.Cli.Tests;

/// <summary>docs/support.md says what the code says. To make it anew: <c>isobar support --markdown > docs/support.md</c>.</summary>
public sealed class SupportTests
{
    [Fact]
    public async Task SupportDocument_BesideTheCode_IsTheSame()
    {
        var written = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "support.md"));
        Assert.Equal(SupportCommand.Markdown(await SupportCommand.ServicesAsync()), written.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Readme_Summary_IsTheDocuments()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Root(), "README.md"));
        Assert.Contains(SupportCommand.Summary(await SupportCommand.ServicesAsync()), readme.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(path, "..", "..", ".."));
}
