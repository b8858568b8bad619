using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.V1;
using EngineCodec = Isobar.Engine.Serving.Codecs.ForecastCodec;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>Makes the codecs of AutoML's models: of tables, of texts and pictures, and of time series.</summary>
internal sealed class AutoMlCodecFactory(IObjectStore objects) : IInvocationCodecFactory
{
    public const string CodecName = "vertex-automl-tabular", Lower = "ISOBAR_INTERVAL_LOWER", Upper = "ISOBAR_INTERVAL_UPPER", DatasetField = "dataset";
    private const string Specs = "ISOBAR_ANNOTATION_SPECS_OF";

    public string Name => CodecName;

    public Result<IInvocationCodec> Create(CodecContext context)
    {
        if (context.Manifest is not { } manifest) return new Error(ErrorCode.InvalidArgument, "The artifact holds no manifest of an AutoML model.");
        if (manifest.Forecast is { } layout) return new ForecastCodec(EngineCodec.For(manifest)!, layout, context.Environment.GetValueOrDefault(ForecastCodec.Quantiles) == "true");
        return context.Environment.GetValueOrDefault(Specs) is { } dataset
            ? new ItemCodec(new GcsContent(objects), manifest, ImageRequest.Fits(context.Signature), [.. (manifest.Classes ?? []).Select(c => ItemImport.SpecId(dataset, c))])
            : new AutoMlCodec(context.Signature, manifest, Number(context, Lower), Number(context, Upper));
    }

    /// <summary>What the codec is told of a model: the bounds of its predictions, the dataset of its classes.</summary>
    public static IReadOnlyDictionary<string, string> Settings(Model model)
    {
        if (ForecastKind.Made(model)) return ForecastCodec.Settings(model);
        var settings = new Dictionary<string, string>();
        foreach (var (field, name) in new[] { ("intervalLower", Lower), ("intervalUpper", Upper) })
            if (DatasetStore.Field(model.Metadata, field) is { } bound) settings[name] = bound.NumberValue.ToString("R", CultureInfo.InvariantCulture);
        if (DatasetStore.Field(model.Metadata, DatasetField) is { } dataset) settings[Specs] = dataset.StringValue;
        return settings;
    }

    private static double? Number(CodecContext context, string name) => context.Environment.TryGetValue(name, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
