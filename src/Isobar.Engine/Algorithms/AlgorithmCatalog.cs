using Isobar.Engine.Algorithms.Anomaly;
using Isobar.Engine.Algorithms.Clustering;
using Isobar.Engine.Algorithms.Linear;
using Isobar.Engine.Algorithms.Neighbours;
using Isobar.Engine.Algorithms.Projection;
using Isobar.Engine.Algorithms.Trees;
using Isobar.Engine.AutoMl;
using Isobar.Engine.AutoMl.Forecasting;

namespace Isobar.Engine.Algorithms;

/// <summary>An algorithm as the catalogue describes it.</summary>
public sealed record AlgorithmInfo(string Name, IReadOnlyList<LearningTask> Tasks, IReadOnlyList<HyperParameter> HyperParameters);

/// <summary>The algorithms that this engine trains.</summary>
public static class AlgorithmCatalog
{
    private static readonly IReadOnlyDictionary<string, IAlgorithm> ByName = new IAlgorithm[]
    {
        new BoostedTrees(),
        new LinearRegression(),
        new LogisticRegression(),
        new KMeans(),
        new PrincipalComponents(),
        new RandomCutForest(),
        new NearestNeighbours(),
    }.ToDictionary(a => a.Name);

    /// <summary>Every algorithm, by name.</summary>
    public static IReadOnlyList<AlgorithmInfo> All { get; } = [.. ByName.Values.Select(a => new AlgorithmInfo(a.Name, a.Tasks, a.HyperParameters)), AutoMlOptions.Info, ForecastOptions.Info];

    internal static IAlgorithm? Find(string name) => ByName.GetValueOrDefault(name);
}
