using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Evaluation;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>AutoML on pictures (<c>automl_image_classification_1.0.0.yaml</c>): labelled pictures, each part in a folder of its own with a list of what they show.</summary>
internal sealed class ImageKind(DatasetStore datasets, IObjectStore objects) : IAutoMlKind
{
    private const string ListName = "pictures.jsonl";
    private const int MaxPicture = 30 << 20;
    // A day of eight nodes, which is Google's default, is more than a machine needs.
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromMinutes(10);
    private static readonly string[] Channels = ["train", "validation", "test"];

    public string Definition => "gs://google-cloud-aiplatform/schema/trainingjob/definition/automl_image_classification_1.0.0.yaml";

    public IReadOnlyList<DatasetKind> Datasets { get; } = [DatasetKind.Image];

    // 1. read the task; 2. take the pictures that have a label; 3. deal them out; 4. copy them and list them part by part.
    public async Task<AutoMlPlan> PlanAsync(TrainingPipeline request, Dataset dataset, ObjectLocation folder, CancellationToken ct)
    {
        // 1.
        var (training, budget) = Read(request.TrainingTaskInputs);

        // 2.
        var items = await ClassifiedItems.OfAsync(datasets, dataset, ct).ConfigureAwait(false);

        // 3.
        var parts = DataSplit.Assign(request.InputDataConfig, [.. items.Select(i => i.DataItem)]);

        // 4.
        var counts = new int[Channels.Length];
        for (var part = 0; part < Channels.Length; part++)
        {
            var (place, list) = (folder.Below($"{ManagedStorage.Parts}{Channels[part]}/"), new StringBuilder());
            for (var i = 0; i < items.Count; i++)
            {
                if (parts[i] != part) continue;
                var name = counts[part]++.ToString("d6", CultureInfo.InvariantCulture) + ".img";
                await CopyAsync(items[i].DataItem, place.Below(name), ct).ConfigureAwait(false);
                list.Append(new JsonObject { ["image"] = name, ["label"] = ItemExport.LabelOf(items[i].Annotations[0]) }.ToJsonString()).Append('\n');
            }
            if (counts[part] == 0) continue;
            var at = place.Below(ListName);
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(list.ToString()));
            (await objects.PutAsync(at.Bucket, at.Key, content, new PutOptions { ContentType = "application/jsonl" }, ct).ConfigureAwait(false)).OrThrow();
        }
        return new AutoMlPlan(training, budget, [.. Channels.Where((_, at) => counts[at] > 0).Select(c => new ChannelSpec(c, folder.Below($"{ManagedStorage.Parts}{c}/"), ChannelSourceKind.Prefix, "image/*"))], counts);
    }

    public async Task<EvaluationDraft?> FinishAsync(TrainingPipeline pipeline, Model model, ModelPackage package, ModelManifest manifest, ObjectLocation folder, CancellationToken ct)
    {
        ClassifiedItems.Describe(pipeline, model);
        foreach (var channel in new[] { "test", "validation" })
        {
            var place = folder.Below($"{ManagedStorage.Parts}{channel}/");
            var list = place.Below(ListName);
            if (!(await objects.HeadAsync(list.Bucket, list.Key, ct: ct).ConfigureAwait(false)).IsOk) continue;
            var lines = Encoding.UTF8.GetString(await FetchAsync(list, ct).ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();
            var pictures = lines.Select(l => ((string)l["label"]!, (Func<CancellationToken, Task<byte[]>>)(token => FetchAsync(place.Below((string)l["image"]!), token)))).ToList();
            return EvaluationDraft.Of((await ScoredImages.OfAsync(package, pictures, ct).ConfigureAwait(false)).OrThrow());
        }
        return null;
    }

    private static (TrainingRequest Request, TimeSpan Budget) Read(Value? given)
    {
        var inputs = new TaskInputs(given, ["modelType", "budgetMilliNodeHours", "disableEarlyStopping", "additionalExperiments"], ["multiLabel", "baseModelId", "uptrainBaseModelId", "tunableParameter"]);
        if (inputs.Text("modelType") is { } type && type.ToUpperInvariant() is not ("CLOUD" or "CLOUD_1" or "MODEL_TYPE_UNSPECIFIED"))
            throw Faults.Unimplemented($"{TaskInputs.Field}.modelType '{type}' is not supported here: models are ONNX, for which CLOUD stands.");
        var budget = inputs.Budget("budgetMilliNodeHours") ?? DefaultBudget;
        return (new TrainingRequest
        {
            Algorithm = "automl",
            Task = LearningTask.Multiclass,
            Layout = new DataLayout { Format = DataFormat.Images },
            HyperParameters = new Dictionary<string, string>
            {
                ["max_seconds"] = budget.TotalSeconds.ToString("R", CultureInfo.InvariantCulture),
                ["max_candidates"] = inputs.Candidates() ?? (inputs.Flag("disableEarlyStopping") ? "1000" : "12"),
                ["infer_task"] = "classes",
                ["kept_candidates"] = "0",
                ["importance"] = "false",
            },
        }, budget);
    }

    private async Task CopyAsync(DataItem item, ObjectLocation to, CancellationToken ct)
    {
        var uri = item.Payload.StructValue.Fields["imageGcsUri"].StringValue;
        var from = Gcs.Parse(uri, "imageGcsUri");
        var found = (await objects.HeadAsync(from.Bucket, from.Key, ct: ct).ConfigureAwait(false)).TryGet(out var info, out _) ? info : throw Faults.Precondition($"No object is at {uri}, which the item {item.Name} names.");
        if (found.Size > MaxPicture) throw Faults.Precondition($"The picture {uri} has {found.Size} bytes; at most {MaxPicture} are taken.");
        (await objects.CopyAsync(from.Bucket, from.Key, null, to.Bucket, to.Key, ct: ct).ConfigureAwait(false)).OrThrow();
    }

    private async Task<byte[]> FetchAsync(ObjectLocation at, CancellationToken ct)
    {
        var opened = (await objects.OpenAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).OrThrow();
        await using (opened.ConfigureAwait(false))
        {
            using var content = new MemoryStream();
            await opened.Content.CopyToAsync(content, ct).ConfigureAwait(false);
            return content.ToArray();
        }
    }
}
