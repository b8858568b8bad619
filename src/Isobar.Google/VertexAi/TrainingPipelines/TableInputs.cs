using System.Globalization;
using Isobar.Engine.Algorithms;
using Isobar.Google.VertexAi.Resources;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>The inputs of AutoML on tables, as a request for the engine's search.</summary>
internal static class TableInputs
{
    private const string Field = TaskInputs.Field;
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromHours(1);

    /// <summary>The objectives that the engine ranks by. Those at a given recall or precision it does not.</summary>
    private static readonly Dictionary<string, (string Type, string Engine)> Objectives = new()
    {
        ["maximize-au-roc"] = ("classification", "binary:auc,multiclass:logloss"),
        ["minimize-log-loss"] = ("classification", "logloss"),
        ["maximize-au-prc"] = ("classification", "average_precision_weighted"),
        ["minimize-rmse"] = ("regression", "rmse"),
        ["minimize-mae"] = ("regression", "mae"),
        ["minimize-rmsle"] = ("regression", "rmsle"),
    };

    /// <param name="split">The column that the split reads, which is not learned from unless it is named.</param>
    public static (TrainingRequest Request, TimeSpan Budget) Read(Value? given, IReadOnlyList<string> columns, string? split)
    {
        if (given is null) throw Faults.Required(Field);
        var inputs = new TaskInputs(given,
            ["predictionType", "targetColumn", "weightColumnName", "transformations", "trainBudgetMilliNodeHours", "disableEarlyStopping", "optimizationObjective", "additionalExperiments"],
            ["exportEvaluatedDataItemsConfig", "optimizationObjectiveRecallValue", "optimizationObjectivePrecisionValue", "studySpec"]);
        var type = inputs.Required("predictionType");
        if (type is not ("classification" or "regression")) throw Faults.Invalid(Field + ".predictionType", type, "classification or regression");
        var target = TaskColumns.Known(inputs.Required("targetColumn"), "targetColumn", columns);
        var weight = inputs.Text("weightColumnName") is { } named ? TaskColumns.Known(named, "weightColumnName", columns) : null;
        var layout = Transformed(inputs, columns, new DataLayout { Format = DataFormat.CsvWithHeader, Label = target, Weight = weight, Ignore = split is null ? [] : [split] });
        var budget = inputs.Budget("trainBudgetMilliNodeHours") ?? DefaultBudget;
        return (new TrainingRequest
        {
            Algorithm = "automl",
            Task = type == "regression" ? LearningTask.Regression : LearningTask.Multiclass,
            Layout = layout,
            HyperParameters = new Dictionary<string, string>
            {
                ["max_seconds"] = budget.TotalSeconds.ToString("R", CultureInfo.InvariantCulture),
                ["infer_task"] = type == "regression" ? "false" : "classes",
                ["objective"] = ObjectiveOf(inputs.Text("optimizationObjective"), type),
                ["kept_candidates"] = "0",
                ["max_candidates"] = inputs.Candidates() ?? (inputs.Flag("disableEarlyStopping") ? "1000" : "30"),
            },
        }, budget);
    }

    private static string ObjectiveOf(string? name, string type)
    {
        if (name is null) return type == "regression" ? "rmse" : "binary:auc,multiclass:logloss";
        if (Objectives.TryGetValue(name, out var known) && known.Type == type) return known.Engine;
        throw Faults.Invalid(Field + ".optimizationObjective", name, $"a {type} is ranked here by {string.Join(" or ", Objectives.Where(o => o.Value.Type == type).Select(o => o.Key))}");
    }

    private static DataLayout Transformed(TaskInputs inputs, IReadOnlyList<string> columns, DataLayout layout)
    {
        var all = TaskColumns.Transformations(inputs, columns);
        if (all.Count == 0) return layout;
        if (all.FirstOrDefault(t => t.Column == layout.Label) is { } target) throw Faults.Invalid($"{Field}.{target.At}.{target.Kind}.columnName", target.Column, "the target column is not transformed");
        List<string> only = [.. all.Select(t => t.Column)];
        return layout with { Only = only, Ignore = [.. layout.Ignore.Except(only)], Categorical = Named("categorical"), Texts = Named("text") };

        List<string> Named(string kind) => [.. all.Where(t => t.Kind == kind).Select(t => t.Column)];
    }
}
