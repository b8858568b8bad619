using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Isobar.Aws.Protocols.Json;

namespace Isobar.Aws.SageMaker;

/// <summary>
/// Contracts of the SageMaker wire records. They are made at first use: generating the source for these 388 records was measured at
/// 30 s of every build on two cores, while each contract costs well under a millisecond once in the life of the server.
/// </summary>
internal static class SageMakerJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new EpochSecondsConverter() },
    };

    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    /// <summary>Carries the members that two records have in common from one to the other: what was created is described with the same names.</summary>
    public static T Reshape<T>(object from) where T : class =>
        JsonSerializer.SerializeToNode(from, Options.GetTypeInfo(from.GetType())).Deserialize(Of<T>())!;

    public static JsonObject Node<T>(T value) where T : class => (JsonObject)JsonSerializer.SerializeToNode(value, Of<T>())!;
}
