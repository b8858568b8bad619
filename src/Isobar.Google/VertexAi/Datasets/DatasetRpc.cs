using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Datasets;

/// <summary><c>DatasetService</c>.</summary>
internal sealed class DatasetRpc(DatasetStore store, ItemImport import, ItemExport export, OperationTable operations, NameLocks locks, TimeProvider time) : DatasetService.DatasetServiceBase
{
    private static readonly string[] Updatable = ["display_name", "description", "labels"];

    public override async Task<Operation> CreateDataset(CreateDatasetRequest request, ServerCallContext context)
    {
        var dataset = request.Dataset ?? throw Faults.Required("dataset");
        if (dataset.DisplayName.Length is 0 or > 128) throw Faults.Invalid("dataset.display_name", dataset.DisplayName, "1 to 128 characters");
        if (DatasetStore.KindOf(dataset.MetadataSchemaUri) is DatasetKind.Tabular or DatasetKind.TimeSeries)
            foreach (var uri in DatasetStore.Sources(dataset)) Jobs.Gcs.Parse(uri.TrimEnd('*'), "dataset.metadata.inputConfig.gcsSource.uri");
        var name = ResourceName.New(request.Parent, DatasetStore.Datasets);
        var now = time.GetUtcNow().ToTimestamp();
        (dataset.Name, dataset.DataItemCount, dataset.CreateTime, dataset.UpdateTime, dataset.Etag) = (name.ToString(), 0, now, now, Tag(now));
        await store.InsertAsync(dataset, context.CancellationToken).ConfigureAwait(false);
        return await operations.DoneAsync(name, new CreateDatasetOperationMetadata { GenericMetadata = new() { CreateTime = now, UpdateTime = now } }, dataset, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<Dataset> GetDataset(GetDatasetRequest request, ServerCallContext context) => (await store.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;

    public override async Task<ListDatasetsResponse> ListDatasets(ListDatasetsRequest request, ServerCallContext context)
    {
        var parent = ResourceName.New(request.Parent, DatasetStore.Datasets).Parent;
        var (page, next) = Listing.Cut(await store.ListAsync(parent, context.CancellationToken).ConfigureAwait(false), request.Filter, request.OrderBy, request.PageSize, request.PageToken, Field);
        return new ListDatasetsResponse { Datasets = { page.Select(d => d.Value) }, NextPageToken = next };
    }

    public override async Task<Dataset> UpdateDataset(UpdateDatasetRequest request, ServerCallContext context)
    {
        var text = request.Dataset?.Name ?? throw Faults.Required("dataset.name");
        using var held = await locks.EnterAsync(text, context.CancellationToken).ConfigureAwait(false);
        var dataset = (await store.FindAsync(text, context.CancellationToken, "dataset.name").ConfigureAwait(false)).Value;
        FieldMasks.CheckEtag(request.Dataset.Etag, dataset.Etag);
        FieldMasks.Merge(request.UpdateMask, request.Dataset, dataset, Updatable);
        dataset.UpdateTime = time.GetUtcNow().ToTimestamp();
        dataset.Etag = Tag(dataset.UpdateTime);
        await store.PutAsync(dataset, context.CancellationToken).ConfigureAwait(false);
        return dataset;
    }

    public override async Task<Operation> DeleteDataset(DeleteDatasetRequest request, ServerCallContext context)
    {
        using var held = await locks.EnterAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        var dataset = (await store.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;
        await store.DeleteAsync(dataset, context.CancellationToken).ConfigureAwait(false);
        return await operations.DoneAsync(ResourceName.Parse(dataset.Name, DatasetStore.Datasets), new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<Operation> ImportData(ImportDataRequest request, ServerCallContext context)
    {
        if (request.ImportConfigs.Count == 0) throw Faults.Required("import_configs");
        using var held = await locks.EnterAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        var dataset = (await store.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;
        var began = time.GetUtcNow().ToTimestamp();
        var faults = await import.RunAsync(dataset, request.ImportConfigs, context.CancellationToken).ConfigureAwait(false);
        var metadata = new ImportDataOperationMetadata { GenericMetadata = new() { CreateTime = began, UpdateTime = time.GetUtcNow().ToTimestamp(), PartialFailures = { faults } } };
        return await operations.DoneAsync(ResourceName.Parse(dataset.Name, DatasetStore.Datasets), metadata, new ImportDataResponse(), context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<Operation> ExportData(ExportDataRequest request, ServerCallContext context)
    {
        var dataset = (await store.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;
        var (folder, files) = await export.RunAsync(dataset, request.ExportConfig ?? throw Faults.Required("export_config"), context.CancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().ToTimestamp();
        return await operations.DoneAsync(ResourceName.Parse(dataset.Name, DatasetStore.Datasets), new ExportDataOperationMetadata { GenericMetadata = new() { CreateTime = now, UpdateTime = now }, GcsOutputDirectory = folder },
            new ExportDataResponse { ExportedFiles = { files } }, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<ListDataItemsResponse> ListDataItems(ListDataItemsRequest request, ServerCallContext context)
    {
        var dataset = await store.FindAsync(request.Parent, context.CancellationToken, "parent").ConfigureAwait(false);
        var all = (await store.ItemsAsync(dataset.Value.Name, context.CancellationToken).ConfigureAwait(false)).Select(v => new Stored<DataItem>(v.DataItem.Name, v.DataItem, v.DataItem.CreateTime.ToDateTimeOffset()));
        var (page, next) = Listing.Cut(all, request.Filter, request.OrderBy, request.PageSize, request.PageToken, (i, path) => path.StartsWith("labels.", StringComparison.Ordinal) ? i.Value.Labels.TryGetValue(path[7..].Trim('"'), out var label) ? label : null : null);
        return new ListDataItemsResponse { DataItems = { page.Select(i => i.Value) }, NextPageToken = next };
    }

    public override async Task<ListAnnotationsResponse> ListAnnotations(ListAnnotationsRequest request, ServerCallContext context)
    {
        var at = request.Parent.IndexOf($"/{DatasetStore.DataItems}/", StringComparison.Ordinal);
        var dataset = await store.FindAsync(at < 0 ? request.Parent : request.Parent[..at], context.CancellationToken, "parent").ConfigureAwait(false);
        var view = (await store.ItemsAsync(dataset.Value.Name, context.CancellationToken).ConfigureAwait(false)).FirstOrDefault(v => v.DataItem.Name == request.Parent) ?? throw Faults.NotFound(request.Parent);
        var (page, next) = Listing.Cut(view.Annotations.Select(a => new Stored<Annotation>(a.Name, a, a.CreateTime.ToDateTimeOffset())), request.Filter, "", request.PageSize, request.PageToken, (_, _) => null);
        return new ListAnnotationsResponse { Annotations = { page.Select(a => a.Value) }, NextPageToken = next };
    }

    public override Task<AnnotationSpec> GetAnnotationSpec(GetAnnotationSpecRequest request, ServerCallContext context) => store.SpecAsync(request.Name, context.CancellationToken);

    private static string Tag(Timestamp time) => Convert.ToBase64String(BitConverter.GetBytes(time.ToDateTimeOffset().UtcTicks));

    private static string? Field(Stored<Dataset> dataset, string path) => path switch
    {
        "display_name" or "displayName" => dataset.Value.DisplayName,
        "metadata_schema_uri" or "metadataSchemaUri" => dataset.Value.MetadataSchemaUri,
        "create_time" or "createTime" => dataset.Value.CreateTime.ToDateTimeOffset().ToString("O"),
        "update_time" or "updateTime" => dataset.Value.UpdateTime.ToDateTimeOffset().ToString("O"),
        _ when path.StartsWith("labels.", StringComparison.Ordinal) => dataset.Value.Labels.TryGetValue(path[7..], out var label) ? label : null,
        _ => null,
    };
}
