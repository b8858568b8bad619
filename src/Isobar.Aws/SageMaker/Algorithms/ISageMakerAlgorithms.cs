using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>SageMaker's built-in algorithms, and the engine's own under <c>isobar/…</c>: which image is which, and what their documented hyperparameters and channels mean to the engine.</summary>
internal interface ISageMakerAlgorithms
{
    /// <summary>Every algorithm that is recognised, by its canonical name.</summary>
    IReadOnlyList<SageMakerAlgorithm> All { get; }

    /// <summary>
    /// The algorithm of an image URI (<c>….dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1</c>, <c>isobar/boosted-trees</c>) or of an
    /// AlgorithmName; null: none of them, so it is the user's own container.
    /// </summary>
    SageMakerAlgorithm? Recognise(string? image);

    /// <summary>
    /// What the engine is to run. SageMaker accepts a job with bad hyperparameters or channels, and the job fails once its container has looked:
    /// such a plan ends the job with <see cref="AlgorithmPlan.Refusal"/>, all faults at once, in the container's words.
    /// </summary>
    AlgorithmPlan Plan(SageMakerAlgorithm algorithm, IReadOnlyDictionary<string, string> hyperParameters, IReadOnlyList<AlgorithmChannel> channels);
}

/// <summary>An algorithm as SageMaker knows it.</summary>
/// <param name="Name">Canonical: <c>xgboost</c>, <c>linear-learner</c>, <c>kmeans</c>, <c>pca</c>, <c>knn</c>, <c>randomcutforest</c>, <c>isobar/boosted-trees</c>, …, or <c>isobar/onnx</c>, which serves only.</param>
/// <param name="Codec">Name of the codec that serves its models, for <c>OnnxProgram</c>.</param>
/// <param name="Trains">Whether a training job can use it.</param>
internal sealed record SageMakerAlgorithm(string Name, string Codec, bool Trains = true)
{
    /// <summary>The metrics that it can report, as DescribeTrainingJob names them; a tuning objective must be one of these.</summary>
    public IReadOnlyList<MetricDefinition> Metrics { get; init; } = [];
}

/// <summary>An input channel as CreateTrainingJob declares it.</summary>
/// <param name="Name">Such as <c>train</c>.</param>
/// <param name="ContentType">The declared MIME type, or null.</param>
internal sealed record AlgorithmChannel(string Name, string? ContentType);

/// <summary>What the engine is to run for a training job.</summary>
/// <param name="Program">For <see cref="TrainingSpec.Program"/>.</param>
/// <param name="Refusal">The reason that the job will fail with, or null. The program carries it already.</param>
internal sealed record AlgorithmPlan(AlgorithmProgram Program, string? Refusal);
