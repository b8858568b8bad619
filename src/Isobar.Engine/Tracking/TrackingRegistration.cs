using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.Tracking;

/// <summary>Registers the tracking of experiments.</summary>
public static class TrackingRegistration
{
    /// <summary>Adds <see cref="ITrackingStore"/> over <c>tracking.db</c> in the data directory.</summary>
    public static IServiceCollection AddTracking(this IServiceCollection services) => services.AddSingleton<ITrackingStore, TrackingStore>();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Experiment))]
[JsonSerializable(typeof(TrackedRun))]
internal sealed partial class TrackingJson : JsonSerializerContext;
