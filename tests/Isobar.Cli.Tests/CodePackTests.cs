namespace Isobar.Cli.Tests;

/// <summary>The same code is the same pack.</summary>
public sealed class CodePackTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-code-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Digest_OfTheSameFiles_IsTheSameWhoeverWroteThemWhen()
    {
        var first = Write("first");
        var second = Write("second");
        File.SetLastWriteTimeUtc(Path.Combine(second, "train.py"), new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        Directory.CreateDirectory(Path.Combine(second, "__pycache__"));
        File.WriteAllText(Path.Combine(second, "__pycache__", "train.pyc"), "left out");
        Assert.Equal(CodePack.Digest(first), CodePack.Digest(second));
        File.AppendAllText(Path.Combine(second, "lib", "more.py"), "#");
        Assert.NotEqual(CodePack.Digest(first), CodePack.Digest(second));
        Assert.True(CodePack.Has(first, "train.py") && CodePack.Has(first, "lib/more.py") && !CodePack.Has(first, "other.py"));
    }

    private string Write(string name)
    {
        var folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.Combine(folder, "lib"));
        File.WriteAllText(Path.Combine(folder, "train.py"), "print('a')");
        File.WriteAllText(Path.Combine(folder, "lib", "more.py"), "x = 1");
        return folder;
    }
}
