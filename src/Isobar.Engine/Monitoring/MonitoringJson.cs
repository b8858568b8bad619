using System.Text.Json.Serialization;
using Isobar.Engine.Monitoring.Comparison;

namespace Isobar.Engine.Monitoring;

/// <summary>The engine's own report, beside the dialect's files: every distance of every feature.</summary>
internal sealed record DriftReport(string Schedule, DateTimeOffset From, DateTimeOffset To, long Rows, IReadOnlyList<FeatureDrift> Features, IReadOnlyList<Violation> Violations);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(MonitorSchedule))]
[JsonSerializable(typeof(MonitorExecution))]
[JsonSerializable(typeof(MonitorAlarm))]
[JsonSerializable(typeof(DriftReport))]
internal sealed partial class MonitoringJson : JsonSerializerContext;
