using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;

namespace Isobar.Engine.AutoMl;

/// <summary>Rows of a table, which are learned from as they are.</summary>
internal sealed class TableRows : ISearchedRows
{
    public bool HasImportance => true;

    public DataLayout Layout(DataLayout given) => given;

    public Task<Result<DataTable>> ReadAsync(string folder, DataLayout layout, ITrainingProgress progress, CancellationToken ct) => TableReader.ReadAsync(folder, layout, ct);

    public LearningTask Task(AutoMlOptions options, TrainingRequest request, DataColumn label, int rows) =>
        options.InferTask == "false" ? request.Task : TaskInference.Of(label, rows, options.InferTask == "classes");

    public IReadOnlyList<InferredColumn> Columns(IReadOnlyList<InferredColumn> inferred) => inferred;

    public IReadOnlyList<ModelColumn> ModelColumns(FeatureEncoder encoder) => encoder.ModelColumns;

    public Result<byte[]> Complete(byte[] model, IReadOnlyList<string>? classes) => model;
}
