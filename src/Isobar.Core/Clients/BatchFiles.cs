using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Core.Clients;

/// <summary>Reads what batch jobs have written.</summary>
public static class BatchFiles
{
    private const string Suffix = ".out";

    /// <summary>The lines of files, one after the other; empty ones are none.</summary>
    public static async Task<Result<IReadOnlyList<string>>> LinesAsync(IObjects objects, IEnumerable<DataLocation> files, CancellationToken ct)
    {
        var lines = new List<string>();
        foreach (var file in files)
        {
            if (!(await objects.GetAsync(file, ct).ConfigureAwait(false)).TryGet(out var stream, out var error)) return error;
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
                if (line.Length > 0) lines.Add(line);
        }
        return lines;
    }

    /// <summary>The lines of the files <c>INPUT.out</c> that stand below the output for each object of the input, in the order of the inputs' keys.</summary>
    public static async Task<Result<IReadOnlyList<string>>> LinesBesideAsync(IObjects objects, DataLocation input, DataLocation output, CancellationToken ct)
    {
        if (!(await objects.ListAsync(input, ct).ConfigureAwait(false)).TryGet(out var inputs, out var error)) return error;
        var folder = output.Key.Length == 0 || output.Key.EndsWith('/') ? output.Key : output.Key + "/";
        return await LinesAsync(objects, inputs.Where(i => !i.Key.EndsWith('/')).Select(i => output with { Key = folder + Relative(i.Key, input.Key) + Suffix }), ct).ConfigureAwait(false);
    }

    // A prefix may name a folder without its slash; otherwise what follows its last slash is kept.
    private static string Relative(string key, string prefix) => key.Length > prefix.Length && prefix.Length > 0 && key[prefix.Length] == '/' && !prefix.EndsWith('/') ? key[(prefix.Length + 1)..] : key[(prefix.LastIndexOf('/') + 1)..];
}
