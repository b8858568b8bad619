namespace Isobar.Engine.Tests;

/// <summary>A folder that is gone when the test ends.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("isobar-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try { Directory.Delete(Path, recursive: true); }
        catch (IOException) { /* A child that is still dying may hold a file; the folder lies in the system's temp folder. */ }
    }
}
