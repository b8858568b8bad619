using System.Globalization;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Datasets;

/// <summary>A line of an import file: a text or an image, with its labels.</summary>
/// <param name="Content">A Cloud Storage URI, or the text itself.</param>
/// <param name="Labels">Display names of the classes.</param>
internal sealed record ImportedItem(string Content, bool IsUri, IReadOnlyList<string> Labels, IReadOnlyDictionary<string, string> ItemLabels, IReadOnlyDictionary<string, string> AnnotationLabels);

/// <summary>Reads import files: JSON Lines in the schema of Vertex AI, or CSV as <c>[ML_USE],CONTENT,[LABEL,…]</c>.</summary>
internal static class ImportFile
{
    public const string MlUse = "aiplatform.googleapis.com/ml_use";
    private static readonly string[] Uses = ["training", "validation", "test"];

    public static async IAsyncEnumerable<(int Line, ImportedItem? Item, string? Fault)> ReadAsync(Stream content, bool csv, DatasetKind kind)
    {
        using var text = new StreamReader(content);
        if (csv)
        {
            using var rows = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = true });
            while (await rows.ReadAsync().ConfigureAwait(false))
            {
                var (item, fault) = Row(rows.Record ?? [], kind);
                yield return (rows.RawRow, item, fault);
            }
            yield break;
        }
        for (var line = 1; await text.ReadLineAsync().ConfigureAwait(false) is { } json; line++)
        {
            if (json.Length == 0) continue;
            var (item, fault) = Json(json, kind);
            yield return (line, item, fault);
        }
    }

    private static (ImportedItem?, string?) Row(string[] row, DatasetKind kind)
    {
        string? use = null;
        var at = 0;
        if (row.Length > 1 && UseOf(row[0]) is { } said) (use, at) = (said, 1);
        else if (row.Length > 1 && row[0].Length == 0) at = 1;
        if (row[at].Length == 0) return (null, "the content is empty");
        var uri = row[at].StartsWith("gs://", StringComparison.Ordinal);
        if (kind == DatasetKind.Image && !uri) return (null, $"'{Cut(row[at])}' is no gs:// URI of an image");
        return (new ImportedItem(row[at], uri, [.. row[(at + 1)..].Where(l => l.Length > 0)], use is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [MlUse] = use }, new Dictionary<string, string>()), null);
    }

    private static (ImportedItem?, string?) Json(string json, DatasetKind kind)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return (null, "it is no JSON object");
            var uri = Text(root, kind == DatasetKind.Image ? "imageGcsUri" : "textGcsUri");
            var content = uri ?? (kind == DatasetKind.Text ? Text(root, "textContent") : null);
            if (content is null) return (null, kind == DatasetKind.Image ? "imageGcsUri is missing" : "textContent or textGcsUri is missing");
            var annotations = root.TryGetProperty("classificationAnnotations", out var several) && several.ValueKind == JsonValueKind.Array ? [.. several.EnumerateArray()]
                : root.TryGetProperty("classificationAnnotation", out var one) ? new List<JsonElement> { one } : [];
            var items = Labels(root, "dataItemResourceLabels");
            if (items.TryGetValue(MlUse, out var use))
            {
                if (UseOf(use) is not { } known) return (null, $"{MlUse} '{use}' is none of {string.Join(", ", Uses)}");
                items[MlUse] = known;
            }
            return (new ImportedItem(content, uri is not null, [.. annotations.Select(a => Text(a, "displayName")).OfType<string>()], items, annotations.Count > 0 ? Labels(annotations[0], "annotationResourceLabels") : []), null);
        }
        catch (JsonException)
        {
            return (null, $"'{Cut(json)}' is no JSON");
        }
    }

    /// <summary>The split that a word names, as Vertex AI spells them or as the older AutoML did.</summary>
    public static string? UseOf(string word) => word.ToUpperInvariant() switch
    {
        "TRAINING" or "TRAIN" => "training",
        "VALIDATION" or "VALIDATE" => "validation",
        "TEST" => "test",
        _ => null,
    };

    private static Dictionary<string, string> Labels(JsonElement from, string field) => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(field, out var labels) && labels.ValueKind == JsonValueKind.Object
        ? labels.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String).ToDictionary(p => p.Name, p => p.Value.GetString()!) : [];

    private static string? Text(JsonElement from, string field) => from.ValueKind == JsonValueKind.Object && from.TryGetProperty(field, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } said ? said : null;

    private static string Cut(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
