using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Isobar.Server.Tests.Control;

/// <summary>The calls that the documentation shows.</summary>
public sealed partial class DocumentedCallTests
{
    [Fact]
    public void Curl_SendsABodyToTheControlPlane_SaysThatItIsJson()
    {
        var root = Root();
        var calls = Directory.GetFiles(Path.Combine(root, "docs"), "*.md").Append(Path.Combine(root, "README.md")).SelectMany(f => Calls().Matches(File.ReadAllText(f))).Select(m => m.Value).ToList();
        Assert.NotEmpty(calls);
        // curl calls a body a form unless it is told otherwise, and the API takes no forms.
        Assert.All(calls, c => Assert.Contains("-H 'Content-Type: ", c, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^curl [^\n]*:7700/v1/[^\n]* (-d|--data)\b[^\n]*$", RegexOptions.Multiline)]
    private static partial Regex Calls();

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(path, "..", "..", "..", ".."));
}
