using Isobar.Engine.Algorithms;
using Isobar.Engine.Training;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>An algorithm of the engine under its own name and hyperparameters, on raw data: <c>task</c>, <c>label</c>, <c>weight</c>, <c>ignore</c>, <c>categorical</c> and <c>seed</c> say what the data is.</summary>
internal sealed class NeutralAlgorithm(AlgorithmInfo info) : AlgorithmDefinition
{
    private static readonly string[] Reserved = ["task", "label", "weight", "ignore", "categorical", "seed"];

    public override ParameterWords Words { get; } = new SchemaWords();

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Word("task", [.. info.Tasks.Select(t => t.ToString().ToLowerInvariant())]),
        Free("label"),
        Free("weight"),
        Free("ignore"),
        Free("categorical"),
        Whole("seed", int.MinValue, int.MaxValue),
        .. info.HyperParameters.Select(Documented),
    ];

    public override string Accepted => "text/csv (header=present by default, or header=absent), application/jsonlines, application/x-parquet, text/libsvm, application/x-recordio-protobuf";

    public static IReadOnlyList<MetricDefinition> MetricsOf(AlgorithmInfo info)
    {
        var names = new List<string>();
        if (info.Tasks.Contains(LearningTask.Regression)) names.AddRange(["rmse", "mse", "mae", "r2"]);
        if (info.Tasks.Contains(LearningTask.Binary)) names.AddRange(["accuracy", "error", "logloss", "f1", "precision", "recall", "auc"]);
        if (info.Tasks.Contains(LearningTask.Clustering)) names.Add("msd");
        if (info.Tasks.Contains(LearningTask.Anomaly)) names.AddRange(["mean_score", "auc"]);
        if (info.Tasks.Contains(LearningTask.Forecasting)) names.AddRange(["wql", "wape", "rmse", "mase", "mape", "mae", "rmsle", "rmspe"]);
        return Metrics.Of(names);
    }

    public override ChannelFormat? Format(string? contentType)
    {
        var type = MediaType.Parse(contentType ?? "text/csv");
        return type.Name switch
        {
            "text/csv" or "csv" => new(type.Parameters.GetValueOrDefault("header") == "absent" ? DataFormat.Csv : DataFormat.CsvWithHeader),
            "application/jsonlines" or "application/x-jsonlines" or "application/jsonl" => new(DataFormat.JsonLines),
            "application/x-parquet" or "application/parquet" => new(DataFormat.Parquet),
            "text/libsvm" or "text/x-libsvm" => new(DataFormat.LibSvm),
            "application/x-recordio-protobuf" => new(DataFormat.RecordIoProtobuf),
            "application/x-image" or "image/*" or "image/jpeg" or "image/png" when info.Name == "automl" => new(DataFormat.Images),
            _ => null,
        };
    }

    public override IEnumerable<string> CrossCheck(ParameterValues values)
    {
        if (Task(values) is LearningTask.Binary or LearningTask.Multiclass or LearningTask.Regression && !values.Has("label"))
            yield return "'label' is a required property: the column to learn, by name or by number from 0";
    }

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices) => new()
    {
        Algorithm = info.Name,
        Task = Task(values),
        HyperParameters = values.Given.Where(p => !Reserved.Contains(p.Key)).ToDictionary(p => p.Key, p => p.Value),
        Layout = new DataLayout
        {
            Format = format.Format,
            Label = values.Given.GetValueOrDefault("label"),
            Weight = values.Given.GetValueOrDefault("weight"),
            Ignore = Names(values, "ignore"),
            Categorical = Names(values, "categorical"),
        },
        Seed = values.Whole("seed", 0),
    };

    private LearningTask Task(ParameterValues values) => Enum.TryParse<LearningTask>(values.Word("task", ""), ignoreCase: true, out var task) ? task : info.Tasks[0];

    private static string[] Names(ParameterValues values, string name) => values.Word(name, "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static DocumentedParameter Documented(HyperParameter p) =>
        p.Choices is { } choices ? Word(p.Name, [.. choices])
        : p.Min is not { } min ? Free(p.Name)
        : p.Whole ? Whole(p.Name, min, p.Max ?? double.PositiveInfinity) : Number(p.Name, min, p.Max ?? double.PositiveInfinity);
}
