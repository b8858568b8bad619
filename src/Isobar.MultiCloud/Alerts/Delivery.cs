using System.Text.Json.Serialization;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Alerts;

/// <summary>An alert that is to be delivered: kept until it is, or has been given up.</summary>
internal sealed record Delivery(ControlEvent Event, AlertTarget Target)
{
    public static readonly Kind<Delivery> Kind = new("control.deliveries", DeliveryJson.Default.Delivery);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Delivery))]
internal sealed partial class DeliveryJson : JsonSerializerContext;
