using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Objects;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using RpcStatus = Google.Rpc.Status;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Datasets;

/// <summary>Imports the items that files list. Lines that are wrong are told of and passed over; the rest comes in.</summary>
internal sealed class ItemImport(DatasetStore store, IObjectStore objects, TimeProvider time)
{
    private const int MaxItems = 200_000, MaxFaults = 20;
    private const string Prefix = "gs://google-cloud-aiplatform/schema/dataset/ioformat/";
    private const string AnnotationSchema = "gs://google-cloud-aiplatform/schema/dataset/annotation/classification_1.0.0.yaml";

    // 1. see that the schema fits the dataset; 2. read the files; 3. look for what they name; 4. store the items.
    public async Task<IReadOnlyList<RpcStatus>> RunAsync(Dataset dataset, IReadOnlyList<ImportDataConfig> configs, CancellationToken ct)
    {
        var faults = new List<RpcStatus>();
        var items = new List<DataItemView>();
        var specs = new Dictionary<string, AnnotationSpec>();
        foreach (var (config, at) in configs.Select((c, i) => (c, $"import_configs[{i}]")))
        {
            // 1.
            var kind = KindOf(dataset, config, at);
            if (config.GcsSource is not { Uris.Count: > 0 } source) throw Faults.Required($"{at}.gcs_source.uris");

            // 2.
            foreach (var (uri, file) in await FilesAsync(source.Uris, $"{at}.gcs_source.uris", ct).ConfigureAwait(false))
            {
                var opened = (await objects.OpenAsync(file.Bucket, file.Key, ct: ct).ConfigureAwait(false)).OrThrow();
                await using (opened.ConfigureAwait(false))
                {
                    await foreach (var (line, item, fault) in ImportFile.ReadAsync(opened.Content, !uri.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase), kind).ConfigureAwait(false))
                    {
                        // 3.
                        var wrong = fault ?? (item!.IsUri && !await ExistsAsync(item.Content, ct).ConfigureAwait(false) ? $"no object is at {item.Content}" : null);
                        if (wrong is not null)
                        {
                            if (faults.Count < MaxFaults) faults.Add(new RpcStatus { Code = 3, Message = $"{uri}, line {line}: {wrong}." });
                            continue;
                        }
                        if (items.Count >= MaxItems) throw Faults.Invalid($"{at}.gcs_source.uris", uri, $"at most {MaxItems} items are imported at once");
                        items.Add(View(dataset, config, kind, item!, specs));
                    }
                }
            }
        }
        if (items.Count == 0) throw Faults.Invalid("import_configs", null, $"nothing could be imported{(faults.Count > 0 ? ": " + faults[0].Message : "")}");

        // 4.
        await store.AddAsync(dataset, items, specs.Values, ct).ConfigureAwait(false);
        return faults;
    }

    private static DatasetKind KindOf(Dataset dataset, ImportDataConfig config, string at)
    {
        var kind = DatasetStore.KindOf(dataset.MetadataSchemaUri);
        if (kind is DatasetKind.Tabular or DatasetKind.TimeSeries) throw Faults.Precondition("Tables are not imported: their files are named in the dataset's metadata.");
        var name = kind == DatasetKind.Image ? "image" : "text";
        string[] known = [.. new[] { "single", "multi" }.Select(l => $"{Prefix}{name}_classification_{l}_label_io_format_1.0.0.yaml")];
        return known.Contains(config.ImportSchemaUri) ? kind : throw Faults.Invalid($"{at}.import_schema_uri", config.ImportSchemaUri, $"classifications are imported here: {string.Join(", ", known)}");
    }

    private DataItemView View(Dataset dataset, ImportDataConfig config, DatasetKind kind, ImportedItem item, Dictionary<string, AnnotationSpec> specs)
    {
        var now = time.GetUtcNow().ToTimestamp();
        var payload = new Struct { Fields = { [kind == DatasetKind.Image ? "imageGcsUri" : item.IsUri ? "textGcsUri" : "textContent"] = Value.ForString(item.Content) } };
        var data = new DataItem { Name = $"{dataset.Name}/{DatasetStore.DataItems}/{ResourceName.NewId()}", CreateTime = now, UpdateTime = now, Payload = Value.ForStruct(payload) };
        foreach (var (key, value) in config.DataItemLabels.Concat(item.ItemLabels)) data.Labels[key] = value;
        var view = new DataItemView { DataItem = data };
        foreach (var label in item.Labels.Distinct())
        {
            if (!specs.TryGetValue(label, out var spec)) specs[label] = spec = new AnnotationSpec { Name = $"{dataset.Name}/{DatasetStore.AnnotationSpecs}/{SpecId(dataset.Name, label)}", DisplayName = label, CreateTime = now, UpdateTime = now };
            var annotation = new Annotation
            {
                Name = $"{data.Name}/annotations/{ResourceName.NewId()}",
                PayloadSchemaUri = AnnotationSchema,
                Payload = Value.ForStruct(new Struct { Fields = { ["displayName"] = Value.ForString(label), ["annotationSpecId"] = Value.ForString(spec.Name.Split('/')[^1]) } }),
                CreateTime = now,
                UpdateTime = now,
            };
            foreach (var (key, value) in config.AnnotationLabels.Concat(item.AnnotationLabels)) annotation.Labels[key] = value;
            view.Annotations.Add(annotation);
        }
        return view;
    }

    private async Task<IReadOnlyList<(string Uri, Engine.Training.ObjectLocation At)>> FilesAsync(IEnumerable<string> uris, string field, CancellationToken ct)
    {
        var files = new List<(string, Engine.Training.ObjectLocation)>();
        foreach (var uri in uris)
        {
            var at = Gcs.Parse(uri.TrimEnd('*'), field);
            if (!uri.EndsWith('*'))
            {
                if (!await ExistsAsync(uri, ct).ConfigureAwait(false)) throw Faults.Invalid(field, uri, "no object is there");
                files.Add((uri, at));
                continue;
            }
            var page = (await objects.ListAsync(at.Bucket, new ObjectQuery(at.Key), ct).ConfigureAwait(false)).OrThrow();
            if (page.Objects.Count == 0) throw Faults.Invalid(field, uri, "no object is there");
            files.AddRange(page.Objects.Select(o => (Gcs.Uri(at with { Key = o.Key }), at with { Key = o.Key })));
        }
        return files;
    }

    private async Task<bool> ExistsAsync(string uri, CancellationToken ct)
    {
        var at = Gcs.Parse(uri, "gcs_source.uris");
        return at.Key.Length > 0 && (await objects.HeadAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).IsOk;
    }

    // The same label is the same specification in a later import.
    public static string SpecId(string dataset, string label) =>
        (1_000_000_000_000_000_000 + XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{dataset}/{label}")) % 8_000_000_000_000_000_000).ToString(CultureInfo.InvariantCulture);
}
