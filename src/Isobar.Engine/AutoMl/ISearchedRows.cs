using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.AutoMl.Images;

namespace Isobar.Engine.AutoMl;

/// <summary>What a search learns from: rows of a table, or pictures. All that differs between the two is here.</summary>
internal interface ISearchedRows
{
    public static ISearchedRows Of(DataFormat format) => format == DataFormat.Images ? new ImageRows() : new TableRows();

    /// <summary>Where the label is.</summary>
    DataLayout Layout(DataLayout given);
    Task<Result<DataTable>> ReadAsync(string folder, DataLayout layout, ITrainingProgress progress, CancellationToken ct);
    /// <summary>What is to be learned, where it is not given.</summary>
    LearningTask Task(AutoMlOptions options, TrainingRequest request, DataColumn label, int rows);
    /// <summary>Whether its columns mean something to people.</summary>
    bool HasImportance { get; }
    /// <summary>What the columns were taken for, as people see them.</summary>
    IReadOnlyList<InferredColumn> Columns(IReadOnlyList<InferredColumn> inferred);
    /// <summary>What callers of the model send.</summary>
    IReadOnlyList<ModelColumn> ModelColumns(FeatureEncoder encoder);
    /// <summary>A model of the table made into one of what callers send.</summary>
    Result<byte[]> Complete(byte[] model, IReadOnlyList<string>? classes);
}
