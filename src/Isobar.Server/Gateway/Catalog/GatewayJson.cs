using System.Text.Json;
using System.Text.Json.Serialization;
using Isobar.Engine.State;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;

namespace Isobar.Server.Gateway.Catalog;

/// <summary>How services are stored and shown.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CanaryStatus))]
[JsonSerializable(typeof(ServiceReport))]
[JsonSerializable(typeof(ServiceList))]
internal sealed partial class GatewayJson : JsonSerializerContext;

/// <summary>Where services are kept.</summary>
internal static class GatewayCollections
{
    public static readonly Collection<ServiceDefinition> Services = new("gateway.services", GatewayDocuments.Of<ServiceDefinition>());
    public static readonly Collection<CanaryStatus> Canaries = new("gateway.canaries", GatewayJson.Default.CanaryStatus);
}
