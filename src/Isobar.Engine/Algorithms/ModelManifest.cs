using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.Engine.AutoMl.Forecasting;

namespace Isobar.Engine.Algorithms;

/// <summary>A column that the model reads.</summary>
/// <param name="Name">Its name, or <c>f0</c>, <c>f1</c>, … where the data named none.</param>
/// <param name="Type"><c>number</c>, <c>category</c>, <c>text</c>, <c>time</c> or <c>image</c>.</param>
public sealed record ModelColumn(string Name, string Type)
{
    /// <summary>The categories seen in training; any other counts as none of them.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>What training rows usually held: the median, or the most frequent text.</summary>
    public string? Typical { get; init; }

    /// <summary>Its input in the graph, where each column has one: its name, unless an output is called so.</summary>
    [JsonIgnore]
    public string Input => Name is "label" or "probabilities" or "margin" or "score" or "cluster" or "distance" or "distances" or "projection" ? Name + "_input" : Name;
}

/// <summary><c>model.json</c>: what a model is, beside its <c>model.onnx</c>.</summary>
public sealed record ModelManifest
{
    /// <summary>The version of this shape.</summary>
    public int Format { get; init; } = 1;
    /// <summary>The catalogue's name of the algorithm.</summary>
    public required string Algorithm { get; init; }
    /// <summary>What it learned.</summary>
    public required LearningTask Task { get; init; }
    /// <summary>The columns in order. All numbers: the graph has one input <c>features</c> [N, columns]; else one input [N, 1] a column.</summary>
    public required IReadOnlyList<ModelColumn> Columns { get; init; }
    /// <summary>The label's name, when it had one.</summary>
    public string? Label { get; init; }
    /// <summary>The classes in the order of the output <c>probabilities</c>.</summary>
    public IReadOnlyList<string>? Classes { get; init; }
    /// <summary>What a forecasting model is made for; null for any other.</summary>
    public ForecastLayout? Forecast { get; init; }
    /// <summary>The hyperparameters used, defaults included.</summary>
    public IReadOnlyDictionary<string, string> HyperParameters { get; init; } = new Dictionary<string, string>();
    /// <summary>Final metrics as <c>channel:metric</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
    /// <summary>How often, or how strongly, each encoded feature is used; sums to 1. Trees only.</summary>
    public IReadOnlyDictionary<string, double>? Importance { get; init; }
    /// <summary>Facts of the dialect that made it.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();
    /// <summary>Rows it was fitted on.</summary>
    public int TrainingRows { get; init; }
    /// <summary>The seed.</summary>
    public int Seed { get; init; }
    /// <summary>The product and its version.</summary>
    public string Producer { get; init; } = "";

    /// <summary>This product and its version, as <see cref="Producer"/>.</summary>
    public static string ThisProducer => $"isobar {typeof(ModelManifest).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>Writes <c>model.json</c> into a model's folder.</summary>
    public Task WriteAsync(string folder, CancellationToken ct) =>
        File.WriteAllTextAsync(Path.Combine(folder, "model.json"), JsonSerializer.Serialize(this, AlgorithmsJson.Default.ModelManifest), ct);

    /// <summary>Whether one float input takes all columns.</summary>
    public bool IsNumeric => Columns.All(c => c.Type == "number");
}
