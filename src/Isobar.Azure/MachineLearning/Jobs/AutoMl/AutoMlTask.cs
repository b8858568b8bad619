using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Algorithms;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>A search that is asked for, but for its data.</summary>
/// <param name="Type">Azure's word for the task.</param>
/// <param name="Metric">Azure's word for what ranks.</param>
/// <param name="Training">What the engine is asked; columns that only the data tells are still to come.</param>
internal sealed record AutoMlTask(string Type, string Metric, TrainingRequest Training, AutoMlLimits Limits)
{
    public const string Field = "properties.taskDetails", Text = "TextClassification", Image = "ImageClassification";
    private const string Folds = "nCrossValidations";
    private static readonly string[] Documented = ["Classification", "Regression", "Forecasting", Text, Image, "TextClassificationMultilabel", "TextNER", "ImageClassificationMultilabel", "ImageObjectDetection", "ImageInstanceSegmentation"];
    private static readonly string[] Built = ["Classification", "Regression", "Forecasting", Text, Image];
    private static readonly string[] Common = ["taskType", "logVerbosity", "primaryMetric", "targetColumnName", "trainingData", "limitSettings"];
    private static readonly string[] OfTables = [.. Common, "validationData", "testData", "validationDataSize", Folds, "weightColumnName", "featurizationSettings", "trainingSettings"];
    private static readonly string[] TrainingFields = ["enableVoteEnsemble", "enableStackEnsemble", "enableDnnTraining", "enableModelExplainability", "enableOnnxCompatibleModels", "ensembleModelDownloadTimeout", "allowedTrainingAlgorithms", "blockedTrainingAlgorithms"];

    public bool IsText => Type == Text;

    public bool IsImage => Type == Image;

    /// <summary>Reads <c>taskDetails</c>, and writes what holds where nothing was said.</summary>
    public static AutoMlTask Read(JsonObject properties)
    {
        var details = properties.RequiredObject("taskDetails", "properties");
        var type = details.OneOf("taskType", Field, Documented);
        if (!Built.Contains(type)) throw ArmFault.Unsupported($"{Field}.taskType is '{type}': it is not supported here; {string.Join(", ", Built)} are.", Field + ".taskType");
        details["taskType"] = type;
        if (details["logVerbosity"] is not null) details.OneOf("logVerbosity", Field, "NotSet", "Debug", "Info", "Warning", "Error", "Critical");
        var target = details.RequiredText("targetColumnName", Field);
        AutoMlFields.Only(details, Field, type switch
        {
            "Forecasting" => [.. Common, Folds, "featurizationSettings", "trainingSettings", "forecastingSettings"],
            Text => [.. Common, "validationData", "featurizationSettings"],
            Image => [.. Common, "validationData", "validationDataSize"],
            _ => OfTables,
        });
        var (metric, objective) = AutoMlWords.Primary(type, details.Text("primaryMetric", Field), Field + ".primaryMetric");
        details["primaryMetric"] = metric;
        var isTable = type is "Classification" or "Regression";
        var limits = AutoMlLimits.Read(details, Field, type);
        var values = new Dictionary<string, string>(limits.Values) { ["objective"] = objective };
        var layout = new DataLayout { Label = target };
        if (type == "Forecasting") AutoMlForecasts.Read(details, values);
        else
        {
            values["infer_task"] = type == "Regression" ? "false" : "classes";
            values["kept_candidates"] = "100";
            Split(details, values);
            layout = Featurization(details, layout);
            if (isTable) layout = layout with { Weight = details.Text("weightColumnName", Field) };
        }
        Settings(details, type, values);
        return new AutoMlTask(type, metric, new TrainingRequest
        {
            Algorithm = type == "Forecasting" ? "forecasting" : "automl",
            Task = type == "Forecasting" ? LearningTask.Forecasting : type == "Regression" ? LearningTask.Regression : LearningTask.Multiclass,
            HyperParameters = values,
            Layout = layout,
            MetricNames = AutoMlWords.DialectNames,
            Annotations = new Dictionary<string, string> { ["azureml.taskType"] = type },
        }, limits);
    }

    // Folds, a part of the rows, or rows of their own: one of them judges.
    private static void Split(JsonObject details, Dictionary<string, string> values)
    {
        var folds = AutoMlFields.Chosen(details, Folds, Field, 2, 20);
        double? share = details["validationDataSize"] switch
        {
            null => null,
            JsonValue size when size.GetValueKind() == JsonValueKind.Number && size.GetValue<double>() is > 0 and <= 0.9 and var given => given,
            var other => throw ArmFault.Invalid(Field + ".validationDataSize", other.ToJsonString(), "must be a number above 0 and at most 0.9"),
        };
        if (details["validationData"] is not null && (folds ?? share) is not null || folds is not null && share is not null)
            throw ArmFault.Invalid(Field, null, $"give one of validationData, validationDataSize and {Folds}");
        if (folds is { } count) values["folds"] = count.ToString(CultureInfo.InvariantCulture);
        if (share is { } part) values["holdout"] = part.ToString("0.####", CultureInfo.InvariantCulture);
    }

    private static DataLayout Featurization(JsonObject details, DataLayout layout)
    {
        const string At = Field + ".featurizationSettings";
        if (details.Object("featurizationSettings", Field) is not { } settings) return layout;
        AutoMlFields.Only(settings, At, "mode", "columnNameAndTypes", "enableDnnFeaturization", "datasetLanguage");
        AutoMlFields.Must(settings, "enableDnnFeaturization", At, "false", "texts become words and pairs of words here.");
        AutoMlFields.Must(settings, "datasetLanguage", At, "eng", "words are cut as in English here.");
        if (settings["mode"] is not null && settings.OneOf("mode", At, "Auto", "Custom", "Off") == "Off") throw ArmFault.Unsupported($"{At}.mode is 'Off': columns are always made ready here; Auto and Custom are.", At + ".mode");
        var (categories, texts, left) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (column, kind) in settings.Texts("columnNameAndTypes", At))
        {
            var list = kind switch { "Categorical" => categories, "Text" => texts, "Ignore" => left, _ => throw ArmFault.Unsupported($"{At}.columnNameAndTypes.{column} is '{kind}': Categorical, Text and Ignore are done here, all else is found out.", $"{At}.columnNameAndTypes.{column}") };
            list.Add(column);
        }
        return layout with { Categorical = categories, Texts = texts, Ignore = left };
    }

    private static void Settings(JsonObject details, string type, Dictionary<string, string> values)
    {
        const string At = Field + ".trainingSettings";
        var settings = details.Object("trainingSettings", Field) ?? [];
        AutoMlFields.Only(settings, At, TrainingFields);
        AutoMlFields.Must(settings, "enableDnnTraining", At, "false", "there are no deep networks here.");
        // Microsoft's Python client asks for both ensembles with every settings: the one that there is not is told of in what is read back.
        if (settings.Flag("enableStackEnsemble", At) == true) settings["enableStackEnsemble"] = false;
        // Models are on this machine already.
        settings.Duration("ensembleModelDownloadTimeout", At);
        // Every model is in ONNX: whether it should be is nothing that could be decided.
        settings.Flag("enableOnnxCompatibleModels", At);
        if (settings.Flag("enableVoteEnsemble", At) == false) values["ensemble_size"] = "1";
        var explained = settings.Flag("enableModelExplainability", At);
        if (type != "Forecasting") values["importance"] = explained == false ? "false" : "true";
        else if (explained == true) settings["enableModelExplainability"] = false;
        values["algorithms"] = AutoMlWords.Search(type, AutoMlFields.Words(settings, "allowedTrainingAlgorithms", At), AutoMlFields.Words(settings, "blockedTrainingAlgorithms", At) ?? [], At);
    }
}
