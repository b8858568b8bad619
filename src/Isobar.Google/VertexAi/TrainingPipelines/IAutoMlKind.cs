using Isobar.Engine.Algorithms;
using Isobar.Engine.Models;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>A search of the engine over a dataset that is laid out for it.</summary>
/// <param name="Rows">Rows or items of the training, the validation and the test part.</param>
internal sealed record AutoMlPlan(TrainingRequest Training, TimeSpan Budget, IReadOnlyList<ChannelSpec> Channels, IReadOnlyList<int> Rows);

/// <summary>What AutoML learns from: tables, texts, pictures or time series.</summary>
internal interface IAutoMlKind
{
    /// <summary>The training task's definition.</summary>
    string Definition { get; }
    /// <summary>The datasets that it learns from.</summary>
    IReadOnlyList<DatasetKind> Datasets { get; }

    /// <summary>Reads what is to be learned, and lays the parts of the dataset out below a folder.</summary>
    Task<AutoMlPlan> PlanAsync(TrainingPipeline request, Dataset dataset, ObjectLocation folder, CancellationToken ct);

    /// <summary>Fills in what the trained model is, and evaluates it on what it did not learn from; null where nothing was held out.</summary>
    /// <param name="folder">Where the parts of the dataset are.</param>
    Task<EvaluationDraft?> FinishAsync(TrainingPipeline pipeline, Model model, ModelPackage package, ModelManifest manifest, ObjectLocation folder, CancellationToken ct);
}
