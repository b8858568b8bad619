using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Monitoring.Quality;

/// <summary>What a service answered, kept until somebody tells what would have been right.</summary>
/// <param name="Backend">Who answered.</param>
/// <param name="ContentType">MIME type of the body.</param>
/// <param name="Body">The answer's bytes; what was asked is not kept.</param>
public sealed record KeptPrediction(string Service, string Id, string Backend, DateTimeOffset At, string? ContentType, byte[] Body);

/// <summary>What would have been right.</summary>
/// <param name="Prediction">The answer's <c>X-Isobar-Prediction</c>.</param>
/// <param name="Label">The label of an answer with one row: a text, a number or a truth.</param>
/// <param name="Labels">The labels of an answer with several rows, in their order.</param>
public sealed record ToldLabel(string Prediction, JsonElement? Label = null, IReadOnlyList<JsonElement>? Labels = null);

/// <summary>Labels as they are told.</summary>
/// <param name="Labels">At most 10,000.</param>
public sealed record LabelsRequest(IReadOnlyList<ToldLabel> Labels);

/// <summary>What became of labels.</summary>
/// <param name="Matched">Rows whose label is known now.</param>
/// <param name="Unknown">Predictions that are not kept: never, not any more, or labelled before.</param>
public sealed record LabelsReply(int Matched, IReadOnlyList<string> Unknown);

/// <summary>A row that was predicted, and what would have been right.</summary>
public sealed record Outcome(DateTimeOffset At, string Backend, string Predicted, string Actual);

/// <summary>How good the answers were.</summary>
/// <param name="Rows">Over how many rows.</param>
public sealed record QualityValue(double Value, int Rows);

/// <summary>The quality of a service as it is shown.</summary>
/// <param name="Metric"><c>accuracy</c>, <c>f1</c> (the mean over the classes), <c>rmse</c> or <c>mae</c>.</param>
/// <param name="Backends">The same of each backend alone.</param>
/// <param name="Bound">What the manifest wants, such as <c>at least 0.9</c>.</param>
/// <param name="Broken">Whether it does not hold.</param>
/// <param name="From">The time of the oldest row that counts.</param>
/// <param name="Version">The version that is served; only what was answered since it was promoted counts. Null: the service has no versions.</param>
public sealed record QualityReport(string Service, string Metric, QualityValue? Now, IReadOnlyDictionary<string, QualityValue> Backends, string? Bound, bool Broken, DateTimeOffset? From, int? Version = null);

/// <summary>The rows that count, newest last, and whether it was told that the bound is broken.</summary>
public sealed record QualityStanding(IReadOnlyList<Outcome> Outcomes, bool Broken = false);

/// <summary>Contracts of quality.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeptPrediction))]
[JsonSerializable(typeof(LabelsRequest))]
[JsonSerializable(typeof(LabelsReply))]
[JsonSerializable(typeof(QualityStanding))]
[JsonSerializable(typeof(IReadOnlyList<QualityReport>))]
public sealed partial class QualityJson : JsonSerializerContext;

internal static class QualityKinds
{
    public static readonly Kind<KeptPrediction> Predictions = new("gateway.predictions", QualityJson.Default.KeptPrediction);
    public static readonly Kind<QualityStanding> Standing = new("control.quality", QualityJson.Default.QualityStanding);
}
