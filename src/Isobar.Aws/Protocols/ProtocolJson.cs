using System.Text.Json.Serialization;

namespace Isobar.Aws.Protocols;

/// <summary>Contracts of records that belong to no service.</summary>
[JsonSerializable(typeof(NoReply))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
