using System.Text.Json;

namespace Isobar.MultiCloud.Monitoring.Quality;

/// <summary>
/// What an answer predicts for each row, whatever the vendor's form: CSV lines, a list of values, or <c>predictions</c> of values or of objects that name a label, a class or a
/// value, or a likelihood for each class.
/// </summary>
public static class PredictedValues
{
    private static readonly string[] Said = ["label", "predicted_label", "predictedLabel", "prediction", "predicted_value", "class", "value", "score", "cluster"];
    private static readonly (string Names, string Shares)[] Listed = [("classes", "scores"), ("displayNames", "confidences"), ("labels", "probs"), ("labels", "probabilities")];

    private const double Close = 1e-5;

    /// <summary>Whether two answers predict the same, each in its own cloud's form; of answers that have none of the forms, whether they are the same bytes.</summary>
    public static bool Agree(string? contentType, ReadOnlyMemory<byte> body, string? otherType, ReadOnlyMemory<byte> other)
    {
        if (body.Span.SequenceEqual(other.Span)) return true;
        return Of(contentType, body) is { } values && Of(otherType, other) is { } others && values.Count == others.Count && values.Zip(others).All(p => Same(p.First, p.Second));
    }

    /// <summary>A JSON list with a value for each row, numbers as numbers; null where the answer is no JSON or has a form that is none of these.</summary>
    public static ReadOnlyMemory<byte>? AsList(string? contentType, ReadOnlyMemory<byte> body)
    {
        if (contentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true || Of(contentType, body) is not { } values) return null;
        var to = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartArray();
            foreach (var value in values)
                if (IsNumber(value)) json.WriteRawValue(value);
                else json.WriteStringValue(value);
            json.WriteEndArray();
        }
        return to.WrittenMemory;
    }

    // Clouds write a class 1 as a number or as a text; one written 007 is a name.
    private static bool IsNumber(string text)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text));
        try { return text.Length > 0 && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.BytesConsumed == text.Length; }
        catch (JsonException) { return false; }
    }

    // The same model computes in another order on another machine.
    private static bool Same(string value, string other) => value == other || double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var a) && double.TryParse(other, System.Globalization.CultureInfo.InvariantCulture, out var b) && Math.Abs(a - b) <= Close * Math.Max(Math.Abs(a), Math.Abs(b));

    /// <summary>A text for each row; null where the answer has a form that is none of these.</summary>
    public static IReadOnlyList<string>? Of(string? contentType, ReadOnlyMemory<byte> body)
    {
        var type = contentType?.Split(';')[0].Trim();
        if (type is "text/csv" or "text/plain") return [.. System.Text.Encoding.UTF8.GetString(body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Split(',')[0].Trim().Trim('"'))];
        if (type?.EndsWith("json", StringComparison.OrdinalIgnoreCase) != true) return null;
        try
        {
            using var json = JsonDocument.Parse(body);
            var rows = json.RootElement;
            if (rows.ValueKind == JsonValueKind.Object && rows.TryGetProperty("predictions", out var listed)) rows = listed;
            if (rows.ValueKind != JsonValueKind.Array) return One(rows) is { } one ? [one] : null;
            var values = rows.EnumerateArray().Select(One).ToList();
            return values.Contains(null) ? null : [.. values.OfType<string>()];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A JSON value as a label is compared: texts as they are, numbers and truths as they are written.</summary>
    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static string? One(JsonElement row)
    {
        if (row.ValueKind == JsonValueKind.Array) return row.GetArrayLength() == 1 ? One(row[0]) : null;
        if (row.ValueKind != JsonValueKind.Object) return Text(row);
        foreach (var name in Said)
            if (row.TryGetProperty(name, out var said) && Text(said) is { } text) return text;
        foreach (var (names, shares) in Listed)
            if (row.TryGetProperty(names, out var classes) && row.TryGetProperty(shares, out var scores) && classes.ValueKind == JsonValueKind.Array && scores.ValueKind == JsonValueKind.Array && classes.GetArrayLength() == scores.GetArrayLength() && scores.GetArrayLength() > 0)
                return Text(classes[scores.EnumerateArray().Index().MaxBy(s => s.Item.GetDouble()).Index]);
        return (row.TryGetProperty("scores", out var likely) || row.TryGetProperty("probabilities", out likely)) && likely.ValueKind == JsonValueKind.Object && likely.EnumerateObject().Any() ? likely.EnumerateObject().MaxBy(p => p.Value.GetDouble()).Name : null;
    }
}
