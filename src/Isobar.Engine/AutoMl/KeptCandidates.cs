using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>Writes the best candidates as models of their own, each in <c>candidates/NAME</c> beside the ensemble's data.</summary>
internal static class KeptCandidates
{
    /// <param name="rows">The leaderboard's lines; those that are kept are written.</param>
    /// <param name="whole">The ensemble's manifest, which the candidates share but for what is their own.</param>
    /// <param name="data">Null: nothing is kept.</param>
    /// <param name="graph">The graph of a candidate, by its name.</param>
    public static async Task<Result<Done>> WriteAsync(IEnumerable<LeaderboardRow> rows, ModelManifest whole, string? data, Func<string, Result<byte[]>> graph, CancellationToken ct)
    {
        foreach (var row in rows.Where(r => r.Kept && data is not null))
        {
            if (!graph(row.Name).TryGet(out var onnx, out var error)) return error;
            var folder = Directory.CreateDirectory(Path.Combine(data!, "candidates", row.Name)).FullName;
            await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), onnx, ct).ConfigureAwait(false);
            var own = whole with
            {
                Algorithm = row.Algorithm,
                HyperParameters = row.HyperParameters,
                Metrics = row.Metrics.ToDictionary(m => $"validation:{m.Key}", m => m.Value.Mean),
                Importance = null,
            };
            await own.WriteAsync(folder, ct).ConfigureAwait(false);
        }
        return Done.Value;
    }
}
