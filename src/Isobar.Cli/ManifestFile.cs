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
        var (manifest, faults) = ManifestReader.Read(await File.ReadAllTextAsync(path, ct));
        if (manifest is null) return ManifestFault.ToError(faults) is var error ? error with { Message = $"{path}: {error.Message}" } : error;
        var missing = (manifest.Data ?? new Dictionary<string, DataSet>()).Where(d => d.Value.Path is { } file && !File.Exists(Beside(path, file))).Select(d => new Fault($"data.{d.Key}.path", d.Value.Path, $"There is no file {Beside(path, d.Value.Path!)}.")).ToList();
        foreach (var (name, model) in manifest.Models ?? new Dictionary<string, ModelWish>())
            if (model.Training?.Code is { } code && !CodePack.Has(Beside(path, code.Path), code.Entry)) missing.Add(new Fault($"models.{name}.training.code", code.Path, $"There is no program {code.Entry} in {Beside(path, code.Path)}."));
        return missing.Count == 0 ? manifest : new Error(ErrorCode.NotFound, missing[0].Message) { Faults = missing };
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
