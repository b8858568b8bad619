using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Isobar.Aws.Protocols.Json;

namespace Isobar.Aws.Protocols;

/// <summary>Contracts of wire records, made at first use: generated ones for every service would cost each build minutes.</summary>
internal sealed class ReflectedJson(JsonNamingPolicy? naming)
{
    private readonly JsonSerializerOptions _options = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        PropertyNamingPolicy = naming,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new EpochSecondsConverter() },
    };

    /// <summary>Members are written as the records name them.</summary>
    public static ReflectedJson Pascal { get; } = new(null);

    /// <summary>Members begin in lower case.</summary>
    public static ReflectedJson Camel { get; } = new(JsonNamingPolicy.CamelCase);

    public JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
}
