using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Isobar.Engine.Objects;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Struct = Google.Protobuf.WellKnownTypes.Struct;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>Pipelines of the user's own code: the dataset is split and written out, and a custom job is told where.</summary>
internal sealed class CustomTask(IStateStore state, ITrainingJobs jobs, CustomJobPlanner planner, DatasetStore datasets, TabularSplit tables, IObjectStore objects, TimeProvider time)
{
    public const string Definition = "gs://google-cloud-aiplatform/schema/trainingjob/definition/custom_task_1.0.0.yaml";
    private const string Field = "training_pipeline.training_task_inputs";
    private static readonly string[] Parts = ["training", "validation", "test"];
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default);
    private readonly ResourceTable<CustomJob> _jobs = new(state, JobRpc.CustomJobs);

    // 1. read the job; 2. write the dataset's parts out; 3. start the custom job.
    /// <summary>Gives the engine's id of the job, whose name stands in the pipeline's metadata then.</summary>
    public async Task<string> StartAsync(ResourceName pipeline, TrainingPipeline request, string address, CancellationToken ct)
    {
        // 1.
        var spec = Read(request.TrainingTaskInputs);
        var name = pipeline with { Collection = JobRpc.CustomJobs, Id = ResourceName.NewId() };
        var job = new CustomJob { Name = name.ToString(), DisplayName = $"{request.DisplayName[..Math.Min(request.DisplayName.Length, 110)]}-custom-job", JobSpec = spec };
        foreach (var (key, value) in request.Labels) job.Labels[key] = value;

        // 2.
        if (request.InputDataConfig is { DatasetId.Length: > 0 } input) await DatasetAsync(pipeline, input, spec, ct).ConfigureAwait(false);

        // 3.
        var plan = planner.Plan(name, job, address, Field);
        (await _jobs.InsertAsync(job.Name, job, ct).ConfigureAwait(false)).OrThrow();
        (await jobs.SubmitAsync(plan, ct).ConfigureAwait(false)).OrThrow();
        request.TrainingTaskMetadata = Value.ForStruct(new Struct { Fields = { ["backingCustomJob"] = Value.ForString(job.Name) } });
        return name.Engine;
    }

    /// <summary>Where the model of a finished job lies; null where it wrote none.</summary>
    public static string? ArtifactUri(TrainingPipeline pipeline) => Read(pipeline.TrainingTaskInputs).BaseOutputDirectory is { OutputUriPrefix: { Length: > 0 } prefix } ? prefix.TrimEnd('/') + "/model" : null;

    private async Task DatasetAsync(ResourceName pipeline, InputDataConfig input, CustomJobSpec spec, CancellationToken ct)
    {
        var dataset = (await datasets.FindAsync($"{pipeline.Parent}/{DatasetStore.Datasets}/{input.DatasetId}", ct, "training_pipeline.input_data_config.dataset_id").ConfigureAwait(false)).Value;
        if (input.BigqueryDestination is not null) throw Faults.Unimplemented("Training data goes to Cloud Storage here, not to BigQuery.");
        if (input.GcsDestination is not { OutputUriPrefix.Length: > 0 } destination) throw Faults.Required("training_pipeline.input_data_config.gcs_destination.output_uri_prefix");
        var isTable = DatasetStore.KindOf(dataset.MetadataSchemaUri) is DatasetKind.Tabular or DatasetKind.TimeSeries;
        var folder = Gcs.Parse(destination.OutputUriPrefix, "training_pipeline.input_data_config.gcs_destination.output_uri_prefix").Below(
            string.Create(CultureInfo.InvariantCulture, $"dataset-{input.DatasetId}-{(isTable ? "tabular" : "classification")}-{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}/"));
        var format = isTable ? "csv" : "jsonl";
        string[] names = [.. Parts.Select(p => $"{p}-00000-of-00001.{format}")];
        if (isTable) await tables.WriteAsync(dataset, input, folder, names, ct).ConfigureAwait(false);
        else await ItemsAsync(dataset, input, folder, names, ct).ConfigureAwait(false);
        foreach (var pool in spec.WorkerPoolSpecs)
        {
            var env = pool.TaskCase == WorkerPoolSpec.TaskOneofCase.PythonPackageSpec ? pool.PythonPackageSpec.Env : pool.ContainerSpec?.Env;
            env?.Add(new EnvVar { Name = "AIP_DATA_FORMAT", Value = format });
            foreach (var part in Parts) env?.Add(new EnvVar { Name = $"AIP_{part.ToUpperInvariant()}_DATA_URI", Value = Gcs.Uri(folder.Below($"{part}-*.{format}")) });
        }
    }

    private async Task ItemsAsync(Dataset dataset, InputDataConfig input, ObjectLocation folder, string[] names, CancellationToken ct)
    {
        var items = await datasets.ItemsAsync(dataset.Name, ct).ConfigureAwait(false);
        if (items.Count == 0) throw Faults.Precondition($"The dataset {dataset.Name} holds no items: import some.");
        var parts = DataSplit.Assign(input, [.. items.Select(i => i.DataItem)]);
        for (var part = 0; part < names.Length; part++)
        {
            var lines = new StringBuilder();
            for (var i = 0; i < items.Count; i++)
                if (parts[i] == part) lines.Append(ItemExport.Line(items[i])).Append('\n');
            var place = folder.Below(names[part]);
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()));
            (await objects.PutAsync(place.Bucket, place.Key, content, new PutOptions { ContentType = "application/jsonl" }, ct).ConfigureAwait(false)).OrThrow();
        }
    }

    private static CustomJobSpec Read(Value? inputs)
    {
        if (inputs?.KindCase != Value.KindOneofCase.StructValue) throw Faults.Required(Field);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) ValueJson.Write(json, inputs);
        try
        {
            return Parser.Parse<CustomJobSpec>(Encoding.UTF8.GetString(buffer.WrittenSpan));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Faults.Invalid(Field, null, $"a CustomJobSpec: {e.Message}");
        }
    }
}
