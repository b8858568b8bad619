using System.Text.Json;
using System.Text.RegularExpressions;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <inheritdoc cref="ISageMakerAlgorithms"/>
internal sealed partial class SageMakerAlgorithms : ISageMakerAlgorithms
{
    private static readonly IReadOnlyList<AlgorithmDefinition> Definitions =
    [
        new XgBoost(), new LinearLearner(), new KMeans(), new Pca(), new Knn(), new RandomCutForest(),
        .. AlgorithmCatalog.All.Select(a => new NeutralAlgorithm(a) { Algorithm = new("isobar/" + a.Name, "isobar-rows") { Metrics = NeutralAlgorithm.MetricsOf(a) }, Repositories = ["isobar/" + a.Name] }),
    ];

    private static readonly SageMakerAlgorithm Onnx = new("isobar/onnx", "tensors", Trains: false);

    private readonly Dictionary<string, SageMakerAlgorithm> _byRepository = Definitions
        .SelectMany(d => d.Repositories.Select(r => (Repository: r, d.Algorithm)))
        .Append((Repository: "isobar/onnx", Algorithm: Onnx))
        .ToDictionary(p => p.Repository, p => p.Algorithm);

    public IReadOnlyList<SageMakerAlgorithm> All { get; } = [.. Definitions.Select(d => d.Algorithm), Onnx];

    public SageMakerAlgorithm? Recognise(string? image)
    {
        if (image is null || Image().Match(image) is not { Success: true } match) return null;
        return _byRepository.GetValueOrDefault(match.Groups["repository"].Value);
    }

    // 1. hyperparameters one by one; 2. those together; 3. channels; 4. the engine's request; 5. notices for what has no effect.
    public AlgorithmPlan Plan(SageMakerAlgorithm algorithm, IReadOnlyDictionary<string, string> hyperParameters, IReadOnlyList<AlgorithmChannel> channels)
    {
        var definition = Definitions.First(d => d.Algorithm.Name == algorithm.Name);
        var values = new ParameterValues(hyperParameters);

        // 1.
        var faults = definition.Words.Check(definition.Parameters, hyperParameters);
        // 2.
        if (faults.Count == 0) faults.AddRange(definition.CrossCheck(values));
        if (faults.Count > 0) return Refused(definition, definition.Words.Reason(faults));

        // 3.
        var formats = Formats(definition, channels, faults);
        if (faults.Count > 0) return Refused(definition, "ClientError: " + string.Join("\n", faults));

        // 4.
        var notices = new List<string>();
        var train = formats["train"];
        var request = definition.Map(values, train, notices);
        var layouts = new Dictionary<string, DataLayout>();
        foreach (var (name, format) in formats)
        {
            if (name != "train" && definition.LayoutOf(name, format, train, values) is { } layout) layouts[name] = layout;
        }

        // 5.
        notices.AddRange(definition.Parameters.Where(p => p.Idle is not null && values.Has(p.Name)).Select(p => $"Hyperparameter {p.Name} is accepted and has no effect here: {p.Idle}."));
        var annotations = new Dictionary<string, string>(request.Annotations) { ["sagemaker"] = algorithm.Name };
        return new(Program(request with { Notices = [.. request.Notices, .. notices], ChannelLayouts = layouts, Annotations = annotations }), null);
    }

    private static Dictionary<string, ChannelFormat> Formats(AlgorithmDefinition definition, IReadOnlyList<AlgorithmChannel> channels, List<string> faults)
    {
        if (channels.All(c => c.Name != "train")) faults.Add("Unable to initialize the algorithm. Failed to validate input data configuration. (caused by ValidationError)\n\nCaused by: 'train' is a required property");
        var formats = new Dictionary<string, ChannelFormat>();
        foreach (var channel in channels.Where(c => definition.Channels.Contains(c.Name)))
        {
            if (definition.Format(channel.ContentType) is { } format) formats[channel.Name] = format;
            else faults.Add($"{channel.ContentType} is not an accepted ContentType: {definition.Accepted}. (channel '{channel.Name}')");
        }
        return formats;
    }

    private static AlgorithmPlan Refused(AlgorithmDefinition definition, string reason) => new(
        Program(new TrainingRequest { Algorithm = "boosted-trees", Task = LearningTask.Regression, RefuseWith = reason, Annotations = new Dictionary<string, string> { ["sagemaker"] = definition.Algorithm.Name } }),
        reason);

    private static AlgorithmProgram Program(TrainingRequest request) => new(request.Algorithm, JsonSerializer.Serialize(request, AlgorithmsJson.Default.TrainingRequest));

    // An ECR host or any other registry, the repository, a tag or digest.
    [GeneratedRegex(@"^(?:[^/]*[.:][^/]*/)?(?<repository>(?:isobar/)?[a-z0-9][a-z0-9._-]*)(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?$")]
    private static partial Regex Image();
}
