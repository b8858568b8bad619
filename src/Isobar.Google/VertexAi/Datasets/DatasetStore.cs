using Isobar.Engine.State;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.Datasets;

/// <summary>What a dataset holds, by its metadata's schema.</summary>
internal enum DatasetKind { Tabular, TimeSeries, Text, Image }

/// <summary>Datasets and the items of those that have any, kept in chunks.</summary>
internal sealed class DatasetStore(IStateStore state)
{
    public const string Datasets = "datasets", DataItems = "dataItems", AnnotationSpecs = "annotationSpecs";
    private const string Schema = "gs://google-cloud-aiplatform/schema/dataset/metadata/";
    private const int ChunkSize = 500;
    private static readonly (string Name, DatasetKind Kind)[] Kinds = [("tabular", DatasetKind.Tabular), ("time_series", DatasetKind.TimeSeries), ("text", DatasetKind.Text), ("image", DatasetKind.Image)];
    private readonly ResourceTable<Dataset> _table = new(state, Datasets);
    private readonly ResourceTable<DataItemChunk> _items = new(state, DataItems);
    private readonly ResourceTable<AnnotationSpec> _specs = new(state, AnnotationSpecs);

    /// <summary>The kind that <c>metadata_schema_uri</c> says, such as <c>…/tabular_1.0.0.yaml</c>.</summary>
    public static DatasetKind KindOf(string schema)
    {
        foreach (var (name, kind) in Kinds)
            if (schema.StartsWith($"{Schema}{name}_", StringComparison.Ordinal)) return kind;
        throw schema.Length == 0 ? Faults.Required("dataset.metadata_schema_uri") : Faults.Invalid("dataset.metadata_schema_uri", schema, $"{Schema}NAME_1.0.0.yaml, NAME being one of {string.Join(", ", Kinds.Select(k => k.Name))}");
    }

    /// <summary>The files of a table: <c>inputConfig.gcsSource.uri</c> of its metadata.</summary>
    public static IReadOnlyList<string> Sources(Dataset dataset)
    {
        var config = Field(dataset.Metadata, "inputConfig", "input_config");
        if (Field(config, "bigquerySource", "bigquery_source") is not null) throw Faults.Unimplemented("Tables come from Cloud Storage here, not from BigQuery.");
        var uris = Field(Field(config, "gcsSource", "gcs_source"), "uri", "uris");
        IReadOnlyList<string> found = uris?.KindCase switch
        {
            Kind.StringValue => [uris.StringValue],
            Kind.ListValue => [.. uris.ListValue.Values.Select(v => v.StringValue)],
            _ => [],
        };
        return found.Count > 0 ? found : throw Faults.Invalid("dataset.metadata", null, "inputConfig.gcsSource.uri lists the CSV files of a table");
    }

    public Task<Stored<Dataset>> FindAsync(string text, CancellationToken ct, string field = "name") => _table.FindAsync(ResourceName.Parse(text, Datasets, field).ToString(), ct);

    public async Task InsertAsync(Dataset dataset, CancellationToken ct) => (await _table.InsertAsync(dataset.Name, dataset, ct).ConfigureAwait(false)).OrThrow();

    public Task PutAsync(Dataset dataset, CancellationToken ct) => _table.PutAsync(dataset.Name, dataset, ct);

    public Task<IReadOnlyList<Stored<Dataset>>> ListAsync(string parent, CancellationToken ct) => _table.ListAsync($"{parent}/{Datasets}/", ct);

    public async Task DeleteAsync(Dataset dataset, CancellationToken ct)
    {
        foreach (var chunk in await _items.ListAsync(dataset.Name + "/", ct).ConfigureAwait(false)) await _items.DeleteAsync(chunk.Name, ct).ConfigureAwait(false);
        foreach (var spec in await _specs.ListAsync(dataset.Name + "/", ct).ConfigureAwait(false)) await _specs.DeleteAsync(spec.Name, ct).ConfigureAwait(false);
        await _table.DeleteAsync(dataset.Name, ct).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<DataItemView>> ItemsAsync(string dataset, CancellationToken ct) =>
        [.. (await _items.ListAsync(dataset + "/", ct).ConfigureAwait(false)).OrderBy(c => c.Name, StringComparer.Ordinal).SelectMany(c => c.Value.Items)];

    public async Task AddAsync(Dataset dataset, IReadOnlyList<DataItemView> items, IEnumerable<AnnotationSpec> specs, CancellationToken ct)
    {
        foreach (var spec in specs) await _specs.PutAsync(spec.Name, spec, ct).ConfigureAwait(false);
        var number = (await _items.ListAsync(dataset.Name + "/", ct).ConfigureAwait(false)).Count;
        foreach (var chunk in items.Chunk(ChunkSize)) await _items.PutAsync($"{dataset.Name}/{number++:d9}", new DataItemChunk { Items = { chunk } }, ct).ConfigureAwait(false);
        dataset.DataItemCount += items.Count;
        await PutAsync(dataset, ct).ConfigureAwait(false);
    }

    public async Task<AnnotationSpec> SpecAsync(string text, CancellationToken ct) => (await _specs.FindAsync(text, ct).ConfigureAwait(false)).Value;

    /// <summary>A field of a struct by either of its spellings.</summary>
    public static Value? Field(Value? value, params ReadOnlySpan<string> names)
    {
        if (value?.KindCase != Kind.StructValue) return null;
        foreach (var name in names)
            if (value.StructValue.Fields.TryGetValue(name, out var found) && found.KindCase != Kind.NullValue) return found;
        return null;
    }
}
