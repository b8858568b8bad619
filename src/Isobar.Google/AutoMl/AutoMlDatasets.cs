using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Vertex = Isobar.Google.VertexAi.V1;

namespace Isobar.Google.AutoMl;

/// <summary>Datasets of labelled pictures and texts: those of Vertex AI under their older names.</summary>
internal sealed class AutoMlDatasets(DatasetRpc rpc, DatasetStore store, ItemImport import, OperationTable operations, TimeProvider time)
{
    private const string Schema = "gs://google-cloud-aiplatform/schema/dataset/metadata/", Format = "gs://google-cloud-aiplatform/schema/dataset/ioformat/";

    public async Task<Operation> CreateAsync(CreateDatasetRequest request, ServerCallContext context)
    {
        var dataset = request.Dataset ?? throw Faults.Required("dataset");
        var (kind, type) = dataset.DatasetMetadataCase switch
        {
            Dataset.DatasetMetadataOneofCase.ImageClassificationDatasetMetadata => ("image", dataset.ImageClassificationDatasetMetadata.ClassificationType),
            Dataset.DatasetMetadataOneofCase.TextClassificationDatasetMetadata => ("text", dataset.TextClassificationDatasetMetadata.ClassificationType),
            _ => throw Faults.Required("dataset.image_classification_dataset_metadata or dataset.text_classification_dataset_metadata"),
        };
        if (type == ClassificationType.Multilabel) throw Faults.Unimplemented($"dataset.{kind}_classification_dataset_metadata.classification_type MULTILABEL is not supported here: items have one label.");
        var wanted = new Vertex.Dataset { DisplayName = dataset.DisplayName, Description = dataset.Description, MetadataSchemaUri = $"{Schema}{kind}_1.0.0.yaml", Labels = { dataset.Labels } };
        var made = (await rpc.CreateDataset(new Vertex.CreateDatasetRequest { Parent = request.Parent, Dataset = wanted }, context).ConfigureAwait(false)).Response.Unpack<Vertex.Dataset>();
        return await operations.DoneAsync(NameOf(made.Name), Metadata(m => m.CreateDatasetDetails = new()), View(made), context.CancellationToken).ConfigureAwait(false);
    }

    public async Task<Dataset> GetAsync(string name, CancellationToken ct) => View(await FindAsync(name, ct).ConfigureAwait(false));

    public async Task<ListDatasetsResponse> ListAsync(ListDatasetsRequest request, CancellationToken ct)
    {
        var parent = ResourceName.New(request.Parent, DatasetStore.Datasets).Parent;
        var known = (await store.ListAsync(parent, ct).ConfigureAwait(false)).Where(d => IsOurs(d.Value));
        var (page, next) = Listing.Cut(known, request.Filter, "", request.PageSize, request.PageToken, Field);
        return new ListDatasetsResponse { Datasets = { page.Select(d => View(d.Value)) }, NextPageToken = next };
    }

    public async Task<Dataset> UpdateAsync(UpdateDatasetRequest request, ServerCallContext context)
    {
        var dataset = request.Dataset ?? throw Faults.Required("dataset");
        await FindAsync(dataset.Name, context.CancellationToken).ConfigureAwait(false);
        var changed = new Vertex.Dataset { Name = dataset.Name, DisplayName = dataset.DisplayName, Description = dataset.Description, Labels = { dataset.Labels } };
        return View(await rpc.UpdateDataset(new Vertex.UpdateDatasetRequest { Dataset = changed, UpdateMask = request.UpdateMask }, context).ConfigureAwait(false));
    }

    public async Task<Operation> DeleteAsync(string name, ServerCallContext context)
    {
        await FindAsync(name, context.CancellationToken).ConfigureAwait(false);
        await rpc.DeleteDataset(new Vertex.DeleteDatasetRequest { Name = name }, context).ConfigureAwait(false);
        return await operations.DoneAsync(NameOf(name), Metadata(m => m.DeleteDetails = new()), new Empty(), context.CancellationToken).ConfigureAwait(false);
    }

    public async Task<Operation> ImportAsync(ImportDataRequest request, CancellationToken ct)
    {
        var dataset = await FindAsync(request.Name, ct).ConfigureAwait(false);
        if (request.InputConfig?.GcsSource is not { InputUris.Count: > 0 } source) throw Faults.Required("input_config.gcs_source.input_uris");
        var config = new Vertex.ImportDataConfig { GcsSource = new Vertex.GcsSource { Uris = { source.InputUris } }, ImportSchemaUri = $"{Format}{(IsImage(dataset) ? "image" : "text")}_classification_single_label_io_format_1.0.0.yaml" };
        var faults = await import.RunAsync(dataset, [config], ct).ConfigureAwait(false);
        var metadata = Metadata(m => m.ImportDataDetails = new());
        metadata.PartialFailures.Add(faults);
        return await operations.DoneAsync(NameOf(dataset.Name), metadata, new Empty(), ct).ConfigureAwait(false);
    }

    public async Task<AnnotationSpec> SpecAsync(string name, CancellationToken ct)
    {
        var spec = await store.SpecAsync(name, ct).ConfigureAwait(false);
        var dataset = name[..name.IndexOf($"/{DatasetStore.AnnotationSpecs}/", StringComparison.Ordinal)];
        var count = (await store.ItemsAsync(dataset, ct).ConfigureAwait(false)).Count(i => i.Annotations.Any(a => ItemExport.LabelOf(a) == spec.DisplayName));
        return new AnnotationSpec { Name = spec.Name, DisplayName = spec.DisplayName, ExampleCount = count };
    }

    /// <summary>A dataset that this API knows; those of tables are Vertex AI's alone.</summary>
    public async Task<Vertex.Dataset> FindAsync(string name, CancellationToken ct, string field = "name")
    {
        var dataset = (await store.FindAsync(name, ct, field).ConfigureAwait(false)).Value;
        return IsOurs(dataset) ? dataset : throw Faults.NotFound(name);
    }

    public static bool IsImage(Vertex.Dataset dataset) => DatasetStore.KindOf(dataset.MetadataSchemaUri) == DatasetKind.Image;

    /// <summary>What an operation says of itself.</summary>
    public OperationMetadata Metadata(Action<OperationMetadata> details)
    {
        var now = time.GetUtcNow().ToTimestamp();
        var metadata = new OperationMetadata { CreateTime = now, UpdateTime = now };
        details(metadata);
        return metadata;
    }

    private static bool IsOurs(Vertex.Dataset dataset) => DatasetStore.KindOf(dataset.MetadataSchemaUri) is DatasetKind.Image or DatasetKind.Text;

    private static ResourceName NameOf(string name) => ResourceName.Parse(name, DatasetStore.Datasets);

    private static Dataset View(Vertex.Dataset dataset)
    {
        var shown = new Dataset { Name = dataset.Name, DisplayName = dataset.DisplayName, Description = dataset.Description, ExampleCount = (int)dataset.DataItemCount, CreateTime = dataset.CreateTime, Etag = dataset.Etag, Labels = { dataset.Labels } };
        if (IsImage(dataset)) shown.ImageClassificationDatasetMetadata = new ImageClassificationDatasetMetadata { ClassificationType = ClassificationType.Multiclass };
        else shown.TextClassificationDatasetMetadata = new TextClassificationDatasetMetadata { ClassificationType = ClassificationType.Multiclass };
        return shown;
    }

    // dataset_metadata names the kind: image_classification_dataset_metadata:* asks for datasets of pictures.
    private static string? Field(Stored<Vertex.Dataset> dataset, string path) => path switch
    {
        "display_name" => dataset.Value.DisplayName,
        "image_classification_dataset_metadata" => IsImage(dataset.Value) ? "image" : null,
        "text_classification_dataset_metadata" => IsImage(dataset.Value) ? null : "text",
        _ when path.StartsWith("labels.", StringComparison.Ordinal) => dataset.Value.Labels.TryGetValue(path[7..], out var label) ? label : null,
        _ => null,
    };
}
