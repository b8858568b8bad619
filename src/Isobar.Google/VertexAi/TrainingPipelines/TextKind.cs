using System.Globalization;
using CsvHelper;
using Isobar.Engine.Algorithms;
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

/// <summary>AutoML on texts (<c>automl_text_classification_1.0.0.yaml</c>): labelled items as a table of two columns, whose words the engine weighs.</summary>
internal sealed class TextKind(DatasetStore datasets, IObjectStore objects) : IAutoMlKind
{
    public const string Content = "content", Label = "label";
    private const int MaxText = 1 << 20;
    // Google names no budget for texts; a search of so long is enough for what a machine holds.
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(10);

    public string Definition => "gs://google-cloud-aiplatform/schema/trainingjob/definition/automl_text_classification_1.0.0.yaml";

    public IReadOnlyList<DatasetKind> Datasets { get; } = [DatasetKind.Text];

    public async Task<AutoMlPlan> PlanAsync(TrainingPipeline request, Dataset dataset, ObjectLocation folder, CancellationToken ct)
    {
        var training = Read(request.TrainingTaskInputs);
        var split = await WriteAsync(dataset, request.InputDataConfig, folder, [.. new[] { "train", "validation", "test" }.Select(TableKind.Part)], ct).ConfigureAwait(false);
        return new AutoMlPlan(training, Budget, TableKind.Of(split), split.Rows);
    }

    public async Task<EvaluationDraft?> FinishAsync(TrainingPipeline pipeline, Model model, ModelPackage package, ModelManifest manifest, ObjectLocation folder, CancellationToken ct)
    {
        ClassifiedItems.Describe(pipeline, model);
        return await TableKind.ScoreAsync(objects, package, folder, ct).ConfigureAwait(false) is { } scored ? EvaluationDraft.Of(scored) : null;
    }

    private static TrainingRequest Read(Value? given)
    {
        var inputs = new TaskInputs(given, ["additionalExperiments"], ["multiLabel"]);
        return new TrainingRequest
        {
            Algorithm = "automl",
            Task = LearningTask.Multiclass,
            Layout = new DataLayout { Format = DataFormat.CsvWithHeader, Label = Label, Texts = [Content] },
            HyperParameters = new Dictionary<string, string> { ["max_seconds"] = Budget.TotalSeconds.ToString("R", CultureInfo.InvariantCulture), ["max_candidates"] = inputs.Candidates() ?? "12", ["infer_task"] = "classes", ["kept_candidates"] = "0", ["importance"] = "false" },
        };
    }

    // 1. take the items that have a label; 2. deal them out; 3. write the parts, texts in files being fetched.
    private async Task<SplitTable> WriteAsync(Dataset dataset, InputDataConfig config, ObjectLocation folder, string[] names, CancellationToken ct)
    {
        // 1.
        var items = await ClassifiedItems.OfAsync(datasets, dataset, ct).ConfigureAwait(false);

        // 2.
        var parts = DataSplit.Assign(config, [.. items.Select(i => i.DataItem)]);

        // 3.
        var counts = new int[names.Length];
        List<ObjectLocation> places = [.. names.Select(folder.Below)];
        for (var part = 0; part < names.Length; part++)
        {
            using var content = new MemoryStream();
            await using (var writer = new CsvWriter(new StreamWriter(content, leaveOpen: true), CultureInfo.InvariantCulture))
            {
                writer.WriteField(Content);
                writer.WriteField(Label);
                await writer.NextRecordAsync().ConfigureAwait(false);
                for (var i = 0; i < items.Count; i++)
                {
                    if (parts[i] != part) continue;
                    writer.WriteField(await TextAsync(items[i].DataItem, ct).ConfigureAwait(false));
                    writer.WriteField(ItemExport.LabelOf(items[i].Annotations[0]));
                    await writer.NextRecordAsync().ConfigureAwait(false);
                    counts[part]++;
                }
            }
            content.Position = 0;
            (await objects.PutAsync(places[part].Bucket, places[part].Key, content, new PutOptions { ContentType = "text/csv" }, ct).ConfigureAwait(false)).OrThrow();
        }
        return new SplitTable(places, counts, [Content, Label]);
    }

    private async Task<string> TextAsync(DataItem item, CancellationToken ct)
    {
        var fields = item.Payload.StructValue.Fields;
        if (fields.TryGetValue("textContent", out var text)) return text.StringValue;
        var at = Gcs.Parse(fields["textGcsUri"].StringValue, "textGcsUri");
        var opened = (await objects.OpenAsync(at.Bucket, at.Key, length: null, ct: ct).ConfigureAwait(false)).OrThrow();
        await using (opened.ConfigureAwait(false))
        {
            if (opened.Length > MaxText) throw Faults.Precondition($"The text {Gcs.Uri(at)} has {opened.Length} bytes; at most {MaxText} are taken.");
            using var reader = new StreamReader(opened.Content);
            return await reader.ReadToEndAsync(ct).ConfigureAwait(false);
        }
    }
}
