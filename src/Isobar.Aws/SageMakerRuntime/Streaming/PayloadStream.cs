using System.Buffers;
using System.Text.Json;

namespace Isobar.Aws.SageMakerRuntime.Streaming;

/// <summary>The events of InvokeEndpointWithResponseStream, for whoever answers in SageMaker's words.</summary>
public static class PayloadStream
{
    /// <summary>MIME type of the events.</summary>
    public const string ContentType = "application/vnd.amazon.eventstream";
    /// <summary>The header that names the MIME type of what the parts make up.</summary>
    public const string PayloadTypeHeader = RuntimeHeaders.ContentType;
    private static readonly (string, string)[] Part = [(":message-type", "event"), (":event-type", "PayloadPart"), (":content-type", "application/octet-stream")];
    private static readonly (string, string)[] Failure = [(":message-type", "exception"), (":exception-type", "ModelStreamError"), (":content-type", "application/json")];

    /// <summary>Writes a part of a model's reply.</summary>
    public static void WritePart(IBufferWriter<byte> to, ReadOnlySpan<byte> part) => EventStreamFrame.Write(to, Part, part);

    /// <summary>Tells, as the last event, that the reply broke off.</summary>
    public static void WriteFailure(IBufferWriter<byte> to, string message)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("Message", message);
            writer.WriteString("ErrorCode", "ModelInvocationTimeExceeded");
            writer.WriteEndObject();
        }
        EventStreamFrame.Write(to, Failure, body.ToArray());
    }
}
