using System.Globalization;
using Isobar.Engine.Algorithms;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Resources;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>The inputs of AutoML on tables (<c>automl_tabular_1.0.0.yaml</c>), as a request for the engine's search.</summary>
internal static class AutoMlTables
{
    public const string Definition = "gs://google-cloud-aiplatform/schema/trainingjob/definition/automl_tabular_1.0.0.yaml";
    private const string Field = "training_pipeline.training_task_inputs";
    private const double SecondsOfMilliNodeHour = 3.6;
    // Google's own least is 1000; less is taken here, since a search of seconds is of use on one's own machine.
    private const long MaxBudget = 72_000;
    /// <summary>An entry of additionalExperiments that bounds the search by candidates rather than by time.</summary>
    private const string MaxCandidates = "isobar-max-candidates=";

    /// <summary>The objectives that the engine ranks by. Those of area under the precision-recall curve, and at a given recall or precision, it does not.</summary>
    private static readonly Dictionary<string, (string Type, string Engine)> Objectives = new()
    {
        ["maximize-au-roc"] = ("classification", "binary:auc,multiclass:logloss"),
        ["minimize-log-loss"] = ("classification", "logloss"),
        ["minimize-rmse"] = ("regression", "rmse"),
        ["minimize-mae"] = ("regression", "mae"),
    };

    /// <param name="split">The column that the split reads, which is not learned from unless it is named.</param>
    public static (TrainingRequest Request, TimeSpan Budget) Read(Value? inputs, IReadOnlyList<string> columns, string? split)
    {
        if (inputs?.KindCase != Kind.StructValue) throw Faults.Required(Field);
        var type = Text(inputs, "predictionType", "prediction_type") is { Length: > 0 } said ? said : throw Faults.Required(Field + ".predictionType");
        if (type is not ("classification" or "regression")) throw Faults.Invalid(Field + ".predictionType", type, "classification or regression");
        var target = Column(Text(inputs, "targetColumn", "target_column"), "targetColumn", columns) ?? throw Faults.Required(Field + ".targetColumn");
        var weight = Column(Text(inputs, "weightColumnName", "weight_column_name"), "weightColumnName", columns);
        var layout = Transformed(inputs, columns, new DataLayout { Format = DataFormat.CsvWithHeader, Label = target, Weight = weight, Ignore = split is null ? [] : [split] });
        var budget = Number(inputs, "trainBudgetMilliNodeHours", "train_budget_milli_node_hours") is { } milli ? (long)milli : 1000;
        if (budget is < 1 or > MaxBudget) throw Faults.Invalid(Field + ".trainBudgetMilliNodeHours", budget.ToString(CultureInfo.InvariantCulture), $"1 to {MaxBudget}");
        if (DatasetStore.Field(inputs, "exportEvaluatedDataItemsConfig", "export_evaluated_data_items_config") is not null) throw Faults.Unimplemented("exportEvaluatedDataItemsConfig: there is no BigQuery here to export to.");
        var early = DatasetStore.Field(inputs, "disableEarlyStopping", "disable_early_stopping") is { KindCase: Kind.BoolValue, BoolValue: true };
        var seconds = budget * SecondsOfMilliNodeHour;
        return (new TrainingRequest
        {
            Algorithm = "automl",
            Task = type == "regression" ? LearningTask.Regression : LearningTask.Multiclass,
            Layout = layout,
            HyperParameters = new Dictionary<string, string>
            {
                ["max_seconds"] = seconds.ToString("R", CultureInfo.InvariantCulture),
                ["infer_task"] = type == "regression" ? "false" : "classes",
                ["objective"] = ObjectiveOf(inputs, type),
                ["kept_candidates"] = "0",
                ["max_candidates"] = Candidates(inputs) ?? (early ? "1000" : "30"),
            },
        }, TimeSpan.FromSeconds(seconds));
    }

    /// <summary>How many candidates the caller wants. Google's own experiments are none of ours; which there are is not told.</summary>
    public static string? Candidates(Value? inputs)
    {
        if (DatasetStore.Field(inputs, "additionalExperiments", "additional_experiments") is not { KindCase: Kind.ListValue } list) return null;
        if (list.ListValue.Values.FirstOrDefault(v => v.StringValue.StartsWith(MaxCandidates, StringComparison.Ordinal))?.StringValue[MaxCandidates.Length..] is not { } text) return null;
        return int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 1000 ? text : throw Faults.Invalid(Field + ".additionalExperiments", MaxCandidates + text, "1 to 1000 candidates");
    }

    private static string ObjectiveOf(Value inputs, string type)
    {
        if (Text(inputs, "optimizationObjective", "optimization_objective") is not { Length: > 0 } name) return type == "regression" ? "rmse" : "binary:auc,multiclass:logloss";
        if (Objectives.TryGetValue(name, out var known) && known.Type == type) return known.Engine;
        throw Faults.Invalid(Field + ".optimizationObjective", name, $"a {type} is ranked here by {string.Join(" or ", Objectives.Where(o => o.Value.Type == type).Select(o => o.Key))}");
    }

    private static DataLayout Transformed(Value inputs, IReadOnlyList<string> columns, DataLayout layout)
    {
        if (DatasetStore.Field(inputs, "transformations") is not { KindCase: Kind.ListValue } list || list.ListValue.Values.Count == 0) return layout;
        var by = new Dictionary<string, List<string>>();
        foreach (var (transformation, at) in list.ListValue.Values.Select((t, i) => (t, $"transformations[{i}]")))
        {
            if (transformation.KindCase != Kind.StructValue || transformation.StructValue.Fields.Count != 1) throw Faults.Invalid($"{Field}.{at}", transformation.ToString(), "an object with one of auto, numeric, categorical, timestamp, text");
            var (kind, detail) = transformation.StructValue.Fields.First();
            if (kind is not ("auto" or "numeric" or "categorical" or "timestamp" or "text")) throw Faults.Unimplemented($"{Field}.{at}: columns of arrays ({kind}) are not supported here.");
            var column = Column(Text(detail, "columnName", "column_name"), at + ".columnName", columns) ?? throw Faults.Required($"{Field}.{at}.{kind}.columnName");
            if (column == layout.Label) throw Faults.Invalid($"{Field}.{at}.{kind}.columnName", column, "the target column is not transformed");
            if (!by.TryGetValue(kind, out var named)) by[kind] = named = [];
            named.Add(column);
        }
        var only = by.Values.SelectMany(c => c).ToList();
        return layout with { Only = only, Ignore = [.. layout.Ignore.Except(only)], Categorical = by.GetValueOrDefault("categorical", []), Texts = by.GetValueOrDefault("text", []) };
    }

    private static string? Column(string? name, string field, IReadOnlyList<string> columns) =>
        name is not { Length: > 0 } ? null : columns.Contains(name) ? name : throw Faults.Invalid($"{Field}.{field}", name, $"the columns are {string.Join(", ", columns.Take(50))}");

    private static string? Text(Value from, params ReadOnlySpan<string> names) => DatasetStore.Field(from, names) is { KindCase: Kind.StringValue } text ? text.StringValue : null;

    // Whole numbers of 64 bits are strings in Google's JSON.
    private static double? Number(Value from, params ReadOnlySpan<string> names) => DatasetStore.Field(from, names) switch
    {
        { KindCase: Kind.NumberValue } number => number.NumberValue,
        { KindCase: Kind.StringValue } text when double.TryParse(text.StringValue, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        null => null,
        var other => throw Faults.Invalid($"{Field}.{names[0]}", other.ToString(), "a number"),
    };
}
