using System.Buffers.Binary;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Prediction.Fast;

/// <summary>A model's answer as the frame of a <c>PredictResponse</c>, without the messages in between.</summary>
internal static class PredictAnswer
{
    private const byte Predictions = 1 << 3 | 2, DeployedModelId = 2 << 3 | 2, Model = 3 << 3 | 2, DisplayName = 4 << 3 | 2, VersionId = 5 << 3 | 2;
    private const byte Null = 1 << 3, Number = 2 << 3 | 1, Text = 3 << 3 | 2, Flag = 4 << 3, Named = 5 << 3 | 2, Many = 6 << 3 | 2;
    private const byte First = 1 << 3 | 2, Second = 2 << 3 | 2;
    private const int Head = 5;

    /// <summary>Writes the list in <c>predictions</c>, or else the whole answer as the only one, and who answered.</summary>
    public static void Write(ProtoWriter frame, ReadOnlySpan<byte> answer, string? variant, DeployedModel? deployed)
    {
        frame.Reset(Head);
        try
        {
            var json = Find(answer, out var many);
            if (!many) Value(frame, Predictions, ref json);
            else while (json.Read() && json.TokenType != JsonTokenType.EndArray) Value(frame, Predictions, ref json);
        }
        // Text with half a surrogate pair is an invalid operation to the reader.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Faults.Of(new Error(ErrorCode.Internal, "The model did not answer in JSON."));
        }
        Name(frame, DeployedModelId, variant);
        Name(frame, Model, deployed?.Model);
        Name(frame, DisplayName, deployed?.DisplayName);
        Name(frame, VersionId, deployed?.ModelVersionId);
        // Not compressed, then the message's length.
        var written = frame.Written;
        written[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(written[1..], (uint)(written.Length - Head));
    }

    // Reads to the end, so that what is not JSON throughout is found before anything is written.
    private static Utf8JsonReader Find(ReadOnlySpan<byte> answer, out bool many)
    {
        many = false;
        var json = new Utf8JsonReader(answer);
        json.Read();
        var found = json;
        if (json.TokenType == JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var named = json.ValueTextEquals("predictions"u8);
                json.Read();
                if (named)
                {
                    many = json.TokenType == JsonTokenType.StartArray;
                    if (many) found = json;
                }
                json.Skip();
            }
        }
        else json.Skip();
        while (json.Read()) { }
        if (many) return found;
        found = new Utf8JsonReader(answer);
        found.Read();
        return found;
    }

    private static void Value(ProtoWriter to, byte tag, ref Utf8JsonReader json)
    {
        var value = to.Open(tag);
        switch (json.TokenType)
        {
            case JsonTokenType.Number:
                to.Number(Number, json.GetDouble());
                break;
            case JsonTokenType.String:
                String(to, Text, ref json);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                to.Flag(Flag, json.GetBoolean());
                break;
            case JsonTokenType.StartArray:
                var list = to.Open(Many);
                while (json.Read() && json.TokenType != JsonTokenType.EndArray) Value(to, First, ref json);
                to.Close(list);
                break;
            case JsonTokenType.StartObject:
                var fields = to.Open(Named);
                while (json.Read() && json.TokenType != JsonTokenType.EndObject)
                {
                    var entry = to.Open(First);
                    String(to, First, ref json);
                    json.Read();
                    Value(to, Second, ref json);
                    to.Close(entry);
                }
                to.Close(fields);
                break;
            default:
                to.Flag(Null, false);
                break;
        }
        to.Close(value);
    }

    private static void String(ProtoWriter to, byte tag, ref Utf8JsonReader json)
    {
        var text = to.Open(tag);
        to.Took(json.CopyString(to.Free(json.ValueSpan.Length)));
        to.Close(text);
    }

    private static void Name(ProtoWriter to, byte tag, string? name)
    {
        if (!string.IsNullOrEmpty(name)) to.Text(tag, name);
    }
}
