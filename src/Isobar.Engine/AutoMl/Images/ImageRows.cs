using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;

namespace Isobar.Engine.AutoMl.Images;

/// <summary>Pictures, which are learned from as the numbers that a network makes of them.</summary>
internal sealed class ImageRows : ISearchedRows
{
    public bool HasImportance => false;

    public DataLayout Layout(DataLayout given) => given with { Label = ImageTable.Label };

    public Task<Result<DataTable>> ReadAsync(string folder, DataLayout layout, ITrainingProgress progress, CancellationToken ct) => System.Threading.Tasks.Task.FromResult(ImageTable.Read(folder, progress, ct));

    public LearningTask Task(AutoMlOptions options, TrainingRequest request, DataColumn label, int rows) => TaskInference.Of(label, rows, classesOnly: true);

    public IReadOnlyList<InferredColumn> Columns(IReadOnlyList<InferredColumn> inferred) => [.. ImageTable.Columns.Select(c => new InferredColumn(c.Name, c.Type))];

    public IReadOnlyList<ModelColumn> ModelColumns(FeatureEncoder encoder) => ImageTable.Columns;

    public Result<byte[]> Complete(byte[] model, IReadOnlyList<string>? classes) => ImageTable.Complete(model, classes!);
}
