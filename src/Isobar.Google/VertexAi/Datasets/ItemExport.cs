using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Engine.Objects;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Datasets;

/// <summary>Writes the items of a dataset as they would be imported, a JSON object a line.</summary>
internal sealed class ItemExport(DatasetStore store, IObjectStore objects, TimeProvider time)
{
    public async Task<(string Folder, IReadOnlyList<string> Files)> RunAsync(Dataset dataset, ExportDataConfig config, CancellationToken ct)
    {
        if (DatasetStore.KindOf(dataset.MetadataSchemaUri) is DatasetKind.Tabular or DatasetKind.TimeSeries) throw Faults.Precondition("Tables are not exported: their files are named in the dataset's metadata.");
        if (config.SplitCase != ExportDataConfig.SplitOneofCase.None) throw Faults.Unimplemented("Exports are not split here; items keep their ml_use label.");
        if (config.AnnotationsFilter.Length > 0) throw Faults.Unimplemented("export_config.annotations_filter is not supported here.");
        if (config.GcsDestination is not { OutputUriPrefix.Length: > 0 } destination) throw Faults.Required("export_config.gcs_destination.output_uri_prefix");
        var folder = Gcs.Parse(destination.OutputUriPrefix, "export_config.gcs_destination.output_uri_prefix").Below(
            string.Create(CultureInfo.InvariantCulture, $"export-data-{dataset.DisplayName}-{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}"));
        var file = folder.Below("data-00001-of-00001.jsonl");
        using var lines = new MemoryStream();
        await using (var writer = new StreamWriter(lines, leaveOpen: true))
            foreach (var item in await store.ItemsAsync(dataset.Name, ct).ConfigureAwait(false)) await writer.WriteLineAsync(Line(item)).ConfigureAwait(false);
        lines.Position = 0;
        (await objects.PutAsync(file.Bucket, file.Key, lines, new PutOptions { ContentType = "application/jsonl" }, ct).ConfigureAwait(false)).OrThrow();
        return (Gcs.Uri(folder), [Gcs.Uri(file)]);
    }

    /// <summary>An item in the schema of imports.</summary>
    public static string Line(DataItemView view)
    {
        var line = new JsonObject();
        foreach (var (name, value) in view.DataItem.Payload.StructValue.Fields) line[name] = value.StringValue;
        JsonObject[] annotations = [.. view.Annotations.Select(a =>
        {
            var annotation = new JsonObject { ["displayName"] = LabelOf(a) };
            if (a.Labels.Count > 0) annotation["annotationResourceLabels"] = new JsonObject(a.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
            return annotation;
        })];
        if (annotations is [var only]) line["classificationAnnotation"] = only;
        else if (annotations.Length > 1) line["classificationAnnotations"] = new JsonArray([.. annotations]);
        if (view.DataItem.Labels.Count > 0) line["dataItemResourceLabels"] = new JsonObject(view.DataItem.Labels.Select(l => KeyValuePair.Create(l.Key, (JsonNode?)l.Value)));
        return line.ToJsonString();
    }

    public static string LabelOf(Annotation annotation) => annotation.Payload.StructValue.Fields["displayName"].StringValue;
}
