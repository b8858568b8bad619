using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Core.Results;
using Isobar.Engine.AutoMl;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.AutoMl;

/// <summary>What a finished search left in its bucket: the leaderboard, and a model of its own for each candidate.</summary>
internal sealed class AutoMlArtifacts(IObjectStore objects)
{
    private const string Folder = "candidates/";

    public static ObjectLocation ModelOf(TrainingSpec spec, string candidate) =>
        spec.ModelOutput! with { Key = $"{Base(spec)}/{Folder}{candidate}/output/model.tar.gz" };

    public static string ReportOf(TrainingSpec spec) => S3Place.ToUri(spec.ModelOutput! with { Key = $"{Base(spec)}/leaderboard.json" });

    /// <summary>Lays the candidates out one by one, as Autopilot does, and gives the leaderboard. Doing it again changes nothing.</summary>
    public async Task<Result<Leaderboard>> LayOutAsync(TrainingSpec spec, CancellationToken ct)
    {
        if (!(await FilesAsync(spec.ModelOutput!, name => name == "leaderboard.json", ct)).TryGet(out var model, out var error)) return error;
        if (!model.TryGetValue("leaderboard.json", out var board)) return new Error(ErrorCode.DataLoss, $"{S3Place.ToUri(spec.ModelOutput!)} holds no leaderboard.json.");
        var leaderboard = JsonSerializer.Deserialize(board, AutoMlJson.Default.Leaderboard)!;
        if (leaderboard.Candidates.Any(c => c.Kept))
        {
            if (!(await FilesAsync(spec.DataOutput!, name => name.StartsWith(Folder, StringComparison.Ordinal), ct)).TryGet(out var files, out error)) return error;
            foreach (var candidate in files.GroupBy(f => f.Key.Split('/')[1]))
            {
                var packed = Pack(candidate.Select(f => (f.Key[(Folder.Length + candidate.Key.Length + 1)..], f.Value)));
                if (!(await objects.PutAsync(spec.ModelOutput!.Bucket, ModelOf(spec, candidate.Key).Key, packed, new PutOptions { ContentType = "application/x-tar" }, ct)).TryGet(out _, out error)) return error;
            }
        }
        var report = await objects.PutAsync(spec.ModelOutput!.Bucket, $"{Base(spec)}/leaderboard.json", new MemoryStream(board), new PutOptions { ContentType = "application/json" }, ct);
        return report.TryGet(out _, out error) ? leaderboard : error;
    }

    private static string Base(TrainingSpec spec) => spec.ModelOutput!.Key[..^"/output/model.tar.gz".Length];

    private async Task<Result<Dictionary<string, byte[]>>> FilesAsync(ObjectLocation archive, Func<string, bool> wanted, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(archive.Bucket, archive.Key, ct: ct)).TryGet(out var opened, out var error)) return error;
        await using (opened)
        {
            var files = new Dictionary<string, byte[]>();
            await using var gzip = new GZipStream(opened.Content, CompressionMode.Decompress);
            await using var tar = new TarReader(gzip);
            while (await tar.GetNextEntryAsync(cancellationToken: ct) is { } entry)
            {
                if (entry.DataStream is null || !wanted(entry.Name)) continue;
                using var content = new MemoryStream();
                await entry.DataStream.CopyToAsync(content, ct);
                files[entry.Name] = content.ToArray();
            }
            return files;
        }
    }

    private static MemoryStream Pack(IEnumerable<(string Name, byte[] Content)> files)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var (name, content) in files.OrderBy(f => f.Name, StringComparer.Ordinal))
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });
        }
        packed.Position = 0;
        return packed;
    }
}
