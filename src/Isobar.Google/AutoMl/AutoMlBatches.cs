using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Batch;
using Isobar.Engine.Logs;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.BatchPredictions;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.TrainingPipelines;
using RpcStatus = Google.Rpc.Status;
using Vertex = Isobar.Google.VertexAi.V1;

namespace Isobar.Google.AutoMl;

/// <summary>Batch predictions of files that CSV files list, a line each. They are a batch job of the engine, which an operation follows.</summary>
internal sealed class AutoMlBatches(ModelStore models, ManagedStorage storage, IObjectStore objects, IBatchJobs jobs, OperationTable operations, TimeProvider time) : IFollowedWork
{
    private const string Collection = "automlBatches", InputName = ManagedStorage.Parts + "input.jsonl";
    private const int MaxLines = 100_000;

    public string Kind => "automl.batch";

    // 1. what is asked about, and where the answers go; 2. the list as the model's codec reads it; 3. the job, and the operation that follows it.
    public async Task<Operation> StartAsync(Vertex.Model model, bool pictures, BatchPredictRequest request, double threshold, CancellationToken ct)
    {
        // 1.
        if (request.InputConfig?.GcsSource is not { InputUris.Count: > 0 } source) throw Faults.Required("input_config.gcs_source.input_uris");
        if (request.OutputConfig?.GcsDestination is not { OutputUriPrefix.Length: > 0 } destination) throw Faults.Required("output_config.gcs_destination.output_uri_prefix");
        var now = time.GetUtcNow();
        var folder = Gcs.Parse(destination.OutputUriPrefix, "output_config.gcs_destination.output_uri_prefix").Below(string.Create(CultureInfo.InvariantCulture, $"prediction-{model.DisplayName}-{now:yyyy-MM-ddTHH:mm:ss.fffZ}"));

        // 2.
        var name = ResourceName.New(ModelStore.Split(model.Name).Name.Parent, Collection);
        var place = (await storage.FolderAsync(name.ToString(), ct).ConfigureAwait(false)).Below(InputName);
        using (var list = new MemoryStream(Encoding.UTF8.GetBytes(await ListAsync(source.InputUris, ct).ConfigureAwait(false))))
            (await objects.PutAsync(place.Bucket, place.Key, list, new PutOptions { ContentType = "application/jsonl" }, ct).ConfigureAwait(false)).OrThrow();

        // 3.
        var program = await models.SpecAsync(model, ct).ConfigureAwait(false);
        (await jobs.SubmitAsync(new BatchSpec
        {
            Id = name.Engine,
            Owner = CustomJobPlanner.Owner,
            Name = name.Id,
            Region = name.Location,
            Model = program with
            {
                Program = new OnnxProgram(AutoMlBatchCodecFactory.CodecName),
                Environment = new Dictionary<string, string>(program.Environment) { [AutoMlBatchCodecFactory.Threshold] = threshold.ToString("R", CultureInfo.InvariantCulture), [AutoMlBatchCodecFactory.Pictures] = pictures ? "true" : "false" },
            },
            Input = place,
            Sources = [place],
            ContentType = "application/jsonlines",
            Accept = "application/jsonlines",
            Split = BatchSplit.Line,
            // A picture takes a megabyte and more while the model looks at it.
            Strategy = BatchStrategy.SingleRecord,
            Output = folder,
            JoinedAs = $"{(pictures ? "image" : "text")}_classification_1.jsonl",
            Log = new LogStreamName(CustomJobPlanner.Owner, BatchPredictionPlanner.LogGroup, $"{name.Project}/{name.Location}/{name.Id}"),
        }, ct).ConfigureAwait(false)).OrThrow();
        var metadata = new OperationMetadata
        {
            CreateTime = now.ToTimestamp(),
            UpdateTime = now.ToTimestamp(),
            BatchPredictDetails = new BatchPredictOperationMetadata { InputConfig = request.InputConfig, OutputInfo = new BatchPredictOperationMetadata.Types.BatchPredictOutputInfo { GcsOutputDirectory = Gcs.Uri(folder) } },
        };
        return await operations.FollowingAsync(name, metadata, Kind, name.ToString(), ct).ConfigureAwait(false);
    }

    public async Task<FollowedResult> LookAsync(string name, CancellationToken ct)
    {
        if (!(await jobs.GetAsync("gcp/" + name, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return new FollowedResult(null, error.ToStatus());
        if (!job.IsFinal) return FollowedResult.UnderWay;
        await storage.DropAsync(await storage.FolderAsync(name, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        return job.State switch
        {
            Engine.Training.JobState.Completed => new FollowedResult(new BatchPredictResult(), null),
            Engine.Training.JobState.Stopped => new FollowedResult(null, new RpcStatus { Code = 1, Message = "CANCELED" }),
            _ => new FollowedResult(null, new RpcStatus { Code = 3, Message = job.Reason ?? "The predictions failed." }),
        };
    }

    public Task CancelAsync(string name, CancellationToken ct) => jobs.StopAsync("gcp/" + name, ct);

    private async Task<string> ListAsync(IEnumerable<string> uris, CancellationToken ct)
    {
        var (lines, count) = (new StringBuilder(), 0);
        foreach (var uri in uris)
        {
            var at = Gcs.Parse(uri, "input_config.gcs_source.input_uris");
            if (!(await objects.OpenAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out _)) throw Faults.Invalid("input_config.gcs_source.input_uris", uri, "no object is there");
            await using (opened.ConfigureAwait(false))
            {
                using var rows = new CsvParser(new StreamReader(opened.Content), new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = true });
                while (await rows.ReadAsync().ConfigureAwait(false))
                {
                    var file = rows.Record![0].Trim();
                    if (!GcsContent.Names(file)) throw Faults.Invalid("input_config.gcs_source.input_uris", uri, $"line {rows.RawRow}: '{file}' is no gs:// address of a file");
                    if (++count > MaxLines) throw Faults.Invalid("input_config.gcs_source.input_uris", uri, $"at most {MaxLines} files are asked about at once");
                    lines.Append(new JsonObject { ["content"] = file }.ToJsonString()).Append('\n');
                }
            }
        }
        return count > 0 ? lines.ToString() : throw Faults.Invalid("input_config.gcs_source.input_uris", null, "the files list nothing");
    }
}
