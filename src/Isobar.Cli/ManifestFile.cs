using System.Security.Cryptography;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;

namespace Isobar.Cli;

/// <summary>A manifest on this machine, and the files that it names.</summary>
internal static class ManifestFile
{
    /// <summary>Reads and checks; every fault is told with its line and column.</summary>
    public static async Task<Result<Manifest>> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path)) return Error.NotFound($"The file {path}");
        var (manifest, faults) = ManifestReader.Read(await File.ReadAllTextAsync(path, ct), beside: m => Missing(m, path));
        if (manifest is not null) return manifest;
        var error = ManifestFault.ToError(faults);
        return error with { Message = $"{path}: {error.Message}" };
    }

    // Files and programs that the manifest names, and that are not there.
    private static IEnumerable<Fault> Missing(Manifest manifest, string path)
    {
        foreach (var (name, set) in manifest.Data ?? new Dictionary<string, DataSet>())
            if (set.Path is { } file && !File.Exists(Beside(path, file))) yield return new Fault($"data.{name}.path", file, $"There is no file {Beside(path, file)}.");
        foreach (var (name, model) in manifest.Models ?? new Dictionary<string, ModelWish>())
            if (model.Training?.Code is { } code && !CodePack.Has(Beside(path, code.Path), code.Entry)) yield return new Fault($"models.{name}.training.code", code.Path, $"There is no program {code.Entry} in {Beside(path, code.Path)}.");
    }

    /// <summary>Fills in the digests of the files, which say what the data is.</summary>
    public static async Task<Manifest> DigestAsync(Manifest manifest, string path, CancellationToken ct)
    {
        manifest = manifest with { Models = manifest.Models?.ToDictionary(m => m.Key, m => m.Value.Training?.Code is { } code ? m.Value with { Training = m.Value.Training with { Code = code with { Sha256 = CodePack.Digest(Beside(path, code.Path)) } } } : m.Value) };
        if (manifest.Data is null) return manifest;
        var data = new Dictionary<string, DataSet>();
        foreach (var (name, set) in manifest.Data)
        {
            if (set.Path is not { } file)
            {
                data[name] = set;
                continue;
            }
            await using var content = File.OpenRead(Beside(path, file));
            data[name] = set with { Sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct)), Gigabytes = set.Gigabytes ?? content.Length / 1e9 };
        }
        return manifest with { Data = data };
    }

    public static string Beside(string manifest, string file) => Path.GetFullPath(file, Path.GetDirectoryName(Path.GetFullPath(manifest))!);
}
