using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Isobar.Aws.Protocols.Json;

/// <summary>AWS times in JSON: seconds since 1970 as a number with milliseconds. Text in ISO 8601 is read as well, as AWS does.</summary>
internal sealed class EpochSecondsConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            var seconds = reader.GetDecimal();
            if (Math.Abs(seconds) > 250_000_000_000m) throw new JsonException($"{seconds} is not a time in seconds since 1970.");
            return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        }
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new JsonException($"'{text}' is not a time.");
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(decimal.Divide(value.ToUnixTimeMilliseconds(), 1000m));
}
