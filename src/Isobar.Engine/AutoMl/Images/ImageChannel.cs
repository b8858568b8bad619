using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;

namespace Isobar.Engine.AutoMl.Images;

/// <summary>A picture and what it shows.</summary>
internal sealed record LabelledImage(string Path, string Label);

/// <summary>
/// The pictures of a channel's folder: in a folder for each class, or listed. A list is a file of JSON lines (<c>.jsonl</c>, <c>.manifest</c>) or a CSV file with a header;
/// its fields are <c>image</c> (or <c>source-ref</c>, a path or a URI that ends in one) and <c>label</c> (or <c>class</c>).
/// </summary>
internal static class ImageChannel
{
    private const int MaxImages = 100_000;
    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png"];
    private static readonly string[] ImageFields = ["image", "source-ref"], LabelFields = ["label", "class"];

    public static Result<IReadOnlyList<LabelledImage>> Read(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        if (files.Count > MaxImages) return new Error(ErrorCode.InvalidArgument, $"The channel holds {files.Count} files; at most {MaxImages} are taken.");
        var lists = files.Where(f => Path.GetExtension(f).ToLowerInvariant() is ".jsonl" or ".manifest" or ".csv").ToList();
        if (lists.Count > 0) return Listed(folder, lists, files);
        var images = new List<LabelledImage>();
        foreach (var file in files.Where(f => Pictures.Contains(Path.GetExtension(f).ToLowerInvariant())))
        {
            var parts = Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar);
            if (parts.Length < 2) return new Error(ErrorCode.InvalidArgument, $"The picture {parts[0]} lies in no folder of a class; put it into one, or name it in a list.");
            images.Add(new(file, parts[^2]));
        }
        return Result<IReadOnlyList<LabelledImage>>.Ok(images);
    }

    private static Result<IReadOnlyList<LabelledImage>> Listed(string folder, List<string> lists, List<string> files)
    {
        var byPath = files.ToDictionary(f => Path.GetRelativePath(folder, f).Replace('\\', '/'));
        var images = new List<LabelledImage>();
        foreach (var list in lists)
        {
            var name = Path.GetRelativePath(folder, list);
            var row = 0;
            foreach (var (image, label) in Rows(list))
            {
                row++;
                if (string.IsNullOrEmpty(image) || string.IsNullOrEmpty(label))
                    return new Error(ErrorCode.InvalidArgument, $"{name}, row {row}: {(string.IsNullOrEmpty(image) ? string.Join(" or ", ImageFields) : string.Join(" or ", LabelFields))} is missing.");
                if (Find(image, byPath) is not { } path) return new Error(ErrorCode.InvalidArgument, $"{name}, row {row}: the channel holds no picture '{image}'.");
                images.Add(new(path, label));
            }
        }
        return Result<IReadOnlyList<LabelledImage>>.Ok(images);
    }

    // A URI names the object's whole key; the channel holds the end of it.
    private static string? Find(string image, Dictionary<string, string> byPath)
    {
        for (var rest = image; rest.Length > 0;)
        {
            if (byPath.TryGetValue(rest, out var path)) return path;
            var slash = rest.IndexOf('/');
            rest = slash < 0 ? "" : rest[(slash + 1)..];
        }
        return null;
    }

    private static IEnumerable<(string? Image, string? Label)> Rows(string list) => Path.GetExtension(list).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? CsvRows(list) : JsonRows(list);

    private static IEnumerable<(string? Image, string? Label)> CsvRows(string list)
    {
        using var csv = new CsvReader(new StreamReader(list), new CsvConfiguration(System.Globalization.CultureInfo.InvariantCulture) { MissingFieldFound = null });
        if (!csv.Read() || !csv.ReadHeader()) yield break;
        while (csv.Read()) yield return (First(ImageFields), First(LabelFields));

        string? First(string[] names) => names.Where(n => csv.HeaderRecord!.Contains(n)).Select(n => csv.GetField(n)).FirstOrDefault();
    }

    private static IEnumerable<(string? Image, string? Label)> JsonRows(string list)
    {
        foreach (var line in File.ReadLines(list).Where(l => l.Length > 0))
        {
            (string?, string?) row;
            try
            {
                using var document = JsonDocument.Parse(line);
                row = document.RootElement.ValueKind == JsonValueKind.Object ? (First(document.RootElement, ImageFields), First(document.RootElement, LabelFields)) : (null, null);
            }
            catch (JsonException) { row = (null, null); }
            yield return row;
        }

        static string? First(JsonElement row, string[] names)
        {
            foreach (var name in names)
                if (row.TryGetProperty(name, out var value)) return value.ToString();
            return null;
        }
    }
}
