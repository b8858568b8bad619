using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.AutoMl;

/// <summary>The channels of a search: training rows, and after them those of a validation channel.</summary>
internal sealed record AutoMlInput(DataTable Table, int Validation, DataTable? Test, int Unlabelled)
{
    private const int FewestRows = 10;

    public static async Task<Result<AutoMlInput>> ReadAsync(ISearchedRows kind, TrainingRequest request, string folder, ITrainingProgress progress, CancellationToken ct)
    {
        var unlabelled = 0;
        var tables = new Dictionary<string, DataTable>();
        foreach (var channel in new[] { request.TrainChannel, request.ValidationChannel, request.TestChannel })
        {
            if (!Directory.Exists(Path.Combine(folder, channel))) continue;
            var reading = await kind.ReadAsync(Path.Combine(folder, channel), request.Layout, progress, ct).ConfigureAwait(false);
            if (!reading.TryGet(out var table, out var error)) return error;
            if (table.Rows == 0) continue;
            var label = table.Find(request.Layout.Label!);
            if (label < 0) return new Error(ErrorCode.InvalidArgument, $"The label column '{request.Layout.Label}' is not among {string.Join(", ", table.Columns.Select(c => c.Name).Take(20))} of the channel '{channel}'.");
            var labelled = Enumerable.Range(0, table.Rows).Where(r => table.Columns[label].TextAt(r) is not null).ToList();
            unlabelled += table.Rows - labelled.Count;
            tables[channel] = labelled.Count == table.Rows ? table : table.Pick(labelled);
        }
        if (!tables.TryGetValue(request.TrainChannel, out var train) || train.Rows < FewestRows)
            return new Error(ErrorCode.InvalidArgument, $"The channel '{request.TrainChannel}' holds {train?.Rows ?? 0} rows with a label; AutoML needs {FewestRows}.");
        var validation = tables.GetValueOrDefault(request.ValidationChannel);
        return new AutoMlInput(validation is null ? train : train.Append(validation), validation?.Rows ?? 0, tables.GetValueOrDefault(request.TestChannel), unlabelled);
    }
}
