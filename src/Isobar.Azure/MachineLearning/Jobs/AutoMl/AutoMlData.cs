using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Data of a search: the files that it is of, each at its place.</summary>
/// <param name="Channel">The engine's word: <c>train</c>, <c>validation</c> or <c>test</c>.</param>
/// <param name="Field">The field that named it.</param>
/// <param name="Whole">The folder that the files are all of, where it can be read as it stands.</param>
internal sealed record AutoMlSource(string Channel, string Field, IReadOnlyList<ObjectLocation> Files, ObjectLocation? Whole, MlTable? Table)
{
    public DataFormat Format => Table?.Format ?? Path.GetExtension(Files[0].Key).ToLowerInvariant() switch { ".parquet" => DataFormat.Parquet, ".jsonl" => DataFormat.JsonLines, _ => DataFormat.CsvWithHeader };
}

/// <summary>Finds the data of a search, and lays it out as the engine reads it.</summary>
internal sealed class AutoMlData(DataUris uris, IObjectStore objects)
{
    private const int MaxFiles = 100_000, MaxTableFile = 1024 * 1024;
    private static readonly (string Field, string Channel)[] Channels = [("trainingData", "train"), ("validationData", "validation"), ("testData", "test")];

    /// <summary>What is named must be there when the job is made.</summary>
    public async Task<IReadOnlyList<AutoMlSource>> FindAsync(JobDraft draft, JsonObject details)
    {
        details.RequiredObject("trainingData", AutoMlTask.Field);
        var found = new List<AutoMlSource>();
        foreach (var (name, channel) in Channels)
            if (details.Object(name, AutoMlTask.Field) is { } data) found.Add(await FindAsync(draft, data, channel, $"{AutoMlTask.Field}.{name}").ConfigureAwait(false));
        if (found.Select(f => f.Format).Distinct().Count() > 1) throw ArmFault.Invalid(AutoMlTask.Field, null, "all its data must be written alike");
        return found;
    }

    private async Task<AutoMlSource> FindAsync(JobDraft draft, JsonObject data, string channel, string field)
    {
        var type = data.OneOf("jobInputType", field, "mltable", "uri_file", "uri_folder");
        var uri = data.RequiredText("uri", field);
        var place = await uris.FileOrFolderAsync(draft.Workspace, uri, field + ".uri", draft.Ct).ConfigureAwait(false);
        if (type == "uri_file") return place.Key.EndsWith('/') ? throw ArmFault.Invalid(field + ".uri", uri, "there is no such file") : new AutoMlSource(channel, field, [place], null, null);
        // An MLTable may be named by its folder or by itself.
        var folder = place.Key.EndsWith("/" + MlTable.FileName, StringComparison.Ordinal) ? place with { Key = place.Key[..^MlTable.FileName.Length] } : place.AsFolder();
        var definition = folder.Below(MlTable.FileName);
        if (!(await objects.HeadAsync(definition.Bucket, definition.Key, null, draft.Ct).ConfigureAwait(false)).IsOk)
        {
            if (type == "mltable") throw ArmFault.Invalid(field + ".uri", uri, $"there is no file {MlTable.FileName} in this folder");
            var files = await ListAsync(folder, field, draft.Ct).ConfigureAwait(false);
            return files.Count > 0 ? new AutoMlSource(channel, field, files, folder, null) : throw ArmFault.Invalid(field + ".uri", uri, "there are no files");
        }
        var table = MlTable.Parse(await TextAsync(definition, field, MaxTableFile, draft.Ct).ConfigureAwait(false), field + ".uri");
        var all = new List<ObjectLocation>();
        foreach (var path in table.Paths)
        {
            var at = path.Path.Contains("://", StringComparison.Ordinal) ? await uris.ResolveAsync(draft.Workspace, path.Path, field + ".uri", draft.Ct).ConfigureAwait(false) : folder.Below(Relative(path.Path, field));
            all.AddRange(path.Kind switch
            {
                "file" => [at],
                "folder" => await ListAsync(at.AsFolder(), field, draft.Ct).ConfigureAwait(false),
                _ => await MatchAsync(at, field, draft.Ct).ConfigureAwait(false),
            });
        }
        foreach (var file in all)
            if (!(await objects.HeadAsync(file.Bucket, file.Key, null, draft.Ct).ConfigureAwait(false)).IsOk) throw ArmFault.Invalid(field + ".uri", uri, $"its {MlTable.FileName} names {file.Key}, and there is no such file");
        return all.Count > 0 ? new AutoMlSource(channel, field, all, null, table) : throw ArmFault.Invalid(field + ".uri", uri, $"its {MlTable.FileName} names no file that is there");
    }

    /// <summary>The channel of a source. What lies scattered is brought together first, which moves no bytes.</summary>
    public async Task<ChannelSpec> LayAsync(AutoMlSource source, ObjectLocation to, CancellationToken ct)
    {
        if (source.Whole is { } whole) return new ChannelSpec(source.Channel, whole);
        if (source.Files.Count == 1) return new ChannelSpec(source.Channel, source.Files[0], ChannelSourceKind.Object);
        var folder = to.Below(source.Channel + "/");
        for (var i = 0; i < source.Files.Count; i++) await CopyAsync(source.Files[i], folder.Below($"{i:00000}-{Name(source.Files[i].Key)}"), source.Field, ct).ConfigureAwait(false);
        return new ChannelSpec(source.Channel, folder);
    }

    /// <summary>The channel of labelled pictures: JSON lines name each by <c>image_url</c>. A folder may hold them as the engine reads them.</summary>
    public async Task<ChannelSpec> LayImagesAsync(JobDraft draft, AutoMlSource source, string label, ObjectLocation to)
    {
        if (source.Whole is { } whole) return new ChannelSpec(source.Channel, whole);
        var folder = to.Below(source.Channel + "/");
        var list = new System.Text.StringBuilder();
        var number = 0;
        foreach (var file in source.Files)
        {
            if (!(await objects.OpenAsync(file.Bucket, file.Key, ct: draft.Ct).ConfigureAwait(false)).TryGet(out var opened, out var error)) throw ArmFault.Of(error, source.Field);
            await using (opened)
            {
                using var reader = new StreamReader(opened.Content);
                for (var line = 1; await reader.ReadLineAsync(draft.Ct).ConfigureAwait(false) is { } text; line++)
                {
                    if (string.IsNullOrWhiteSpace(text)) continue;
                    if (++number > MaxFiles) throw ArmFault.Invalid(source.Field, null, $"more than {MaxFiles} pictures");
                    var (image, of) = Picture(text, label, $"{Name(file.Key)}, line {line}", source.Field);
                    var from = image.Contains("://", StringComparison.Ordinal) ? await uris.ResolveAsync(draft.Workspace, image, source.Field, draft.Ct).ConfigureAwait(false) : file with { Key = file.Key[..(file.Key.LastIndexOf('/') + 1)] + Relative(image, source.Field) };
                    var name = $"{number:00000}{Path.GetExtension(from.Key)}";
                    await CopyAsync(from, folder.Below(name), source.Field, draft.Ct).ConfigureAwait(false);
                    list.Append(new JsonObject { ["image"] = name, ["label"] = of }.ToJsonString()).Append('\n');
                }
            }
        }
        await PutAsync(folder.Below("list.jsonl"), list.ToString(), draft.Ct).ConfigureAwait(false);
        return new ChannelSpec(source.Channel, folder);
    }

    /// <summary>The columns of a source's first file.</summary>
    public async Task<IReadOnlyList<string>> ColumnsAsync(AutoMlSource source, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(source.Files[0].Bucket, source.Files[0].Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out var error)) throw ArmFault.Of(error, source.Field);
        await using (opened)
            return (await TableReader.ReadAsync(opened.Content, Name(source.Files[0].Key), source.Format, ct).ConfigureAwait(false)).TryGet(out var table, out error) ? [.. table.Columns.Select(c => c.Name)] : throw ArmFault.Of(error, source.Field);
    }

    /// <summary>Drops what was brought together.</summary>
    public async Task DropAsync(ObjectLocation folder, CancellationToken ct)
    {
        foreach (var file in await ListAsync(folder, "", ct).ConfigureAwait(false)) await objects.DeleteAsync(file.Bucket, file.Key, ct: ct).ConfigureAwait(false);
    }

    private static (string Image, string Label) Picture(string line, string label, string where, string field)
    {
        JsonObject? row = null;
        try { row = JsonNode.Parse(line) as JsonObject; }
        catch (System.Text.Json.JsonException) { /* Refused below. */ }
        if (row?["image_url"] is not JsonValue image || row[label] is not { } of) throw ArmFault.Invalid(field, null, $"{where}: must be JSON with image_url and {label}");
        // A list of one label is what labelling projects write.
        return (image.ToString(), of is JsonArray { Count: 1 } one ? one[0]!.ToString() : of is JsonValue single ? single.ToString() : throw ArmFault.Invalid(field, null, $"{where}: {label} must be one label"));
    }

    private async Task<List<ObjectLocation>> MatchAsync(ObjectLocation pattern, string field, CancellationToken ct)
    {
        var fixedPart = pattern.Key[..(pattern.Key.IndexOf('*') is >= 0 and var star ? pattern.Key.LastIndexOf('/', star) + 1 : pattern.Key.Length)];
        return [.. (await ListAsync(pattern with { Key = fixedPart }, field, ct).ConfigureAwait(false)).Where(f => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern.Key[fixedPart.Length..].Replace("**/", "*", StringComparison.Ordinal), f.Key.AsSpan(fixedPart.Length), ignoreCase: false))];
    }

    private async Task<List<ObjectLocation>> ListAsync(ObjectLocation folder, string field, CancellationToken ct)
    {
        var found = new List<ObjectLocation>();
        for (string? next = null; ;)
        {
            if (!(await objects.ListAsync(folder.Bucket, new ObjectQuery(folder.Key, Continue: next), ct).ConfigureAwait(false)).TryGet(out var page, out var error)) throw ArmFault.Of(error, field);
            found.AddRange(page.Objects.Where(o => !o.Key.EndsWith('/')).Select(o => folder with { Key = o.Key }));
            if (found.Count > MaxFiles) throw ArmFault.Invalid(field, folder.Key, $"more than {MaxFiles} files");
            if ((next = page.Next) is null) return found;
        }
    }

    private async Task<string> TextAsync(ObjectLocation file, string field, int most, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(file.Bucket, file.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out var error)) throw ArmFault.Of(error, field);
        await using (opened)
        {
            if (opened.Length > most) throw ArmFault.Invalid(field, file.Key, $"must have at most {most} bytes");
            using var reader = new StreamReader(opened.Content);
            return await reader.ReadToEndAsync(ct).ConfigureAwait(false);
        }
    }

    private async Task PutAsync(ObjectLocation to, string text, CancellationToken ct)
    {
        if ((await objects.PutAsync(to.Bucket, to.Key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), ct: ct).ConfigureAwait(false)).Error is { } error) throw ArmFault.Of(error);
    }

    private async Task CopyAsync(ObjectLocation from, ObjectLocation to, string field, CancellationToken ct)
    {
        if ((await objects.CopyAsync(from.Bucket, from.Key, null, to.Bucket, to.Key, ct: ct).ConfigureAwait(false)).Error is { } error) throw error.Code == ErrorCode.NotFound ? ArmFault.Invalid(field, from.Key, "there is no such file") : ArmFault.Of(error, field);
    }

    private static string Relative(string path, string field)
    {
        var parts = path.Split('/').Where(p => p is not ("." or "")).ToList();
        return parts.Contains("..") ? throw ArmFault.Invalid(field, path, "must not lead out of its folder") : string.Join('/', parts);
    }

    private static string Name(string key) => key[(key.LastIndexOf('/') + 1)..];
}
