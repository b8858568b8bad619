using System.Globalization;
using Isobar.Engine.Algorithms;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Resources;
using Kind = Google.Protobuf.WellKnownTypes.Value.KindOneofCase;
using Value = Google.Protobuf.WellKnownTypes.Value;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>The inputs of AutoML on time series, as a request for the engine's search.</summary>
internal sealed class ForecastInputs
{
    private const string Field = TaskInputs.Field, QuantileLoss = "minimize-quantile-loss";
    private const int MaxQuantiles = 5, MaxHorizon = 500, MaxContext = 512;
    private static readonly TimeSpan DefaultBudget = TimeSpan.FromHours(1);

    private static readonly string[] Fields =
    [
        "targetColumn", "timeSeriesIdentifierColumn", "timeColumn", "transformations", "optimizationObjective", "trainBudgetMilliNodeHours", "timeSeriesAttributeColumns", "unavailableAtForecastColumns",
        "availableAtForecastColumns", "dataGranularity", "forecastHorizon", "contextWindow", "quantiles", "validationOptions", "additionalExperiments",
    ];

    private static readonly Dictionary<string, string> Objectives = new()
    {
        ["minimize-rmse"] = "rmse",
        ["minimize-mae"] = "mae",
        ["minimize-rmsle"] = "rmsle",
        ["minimize-rmspe"] = "rmspe",
        ["minimize-wape-mae"] = "wape",
        [QuantileLoss] = "wql",
    };

    // Of minutes these counts, of all others one.
    private static readonly Dictionary<string, (string Engine, long[] Quantities)> Units = new()
    {
        ["minute"] = ("min", [1, 5, 10, 15, 30]), ["hour"] = ("H", [1]), ["day"] = ("D", [1]), ["week"] = ("W", [1]), ["month"] = ("M", [1]), ["year"] = ("Y", [1]),
    };

    private readonly TaskInputs _inputs;

    private ForecastInputs(TaskInputs inputs) => _inputs = inputs;

    public static ForecastInputs Of(Value? given) => new(new TaskInputs(given ?? throw Faults.Required(Field), Fields,
        ["weightColumn", "exportEvaluatedDataItemsConfig", "holidayRegions", "hierarchyConfig", "windowConfig", "windowStrideLength", "windowMaxCount", "enableProbabilisticInference", "studySpec"]));

    public string TimeColumn => _inputs.Required("timeColumn");

    /// <summary>Whether predictions are to tell quantiles.</summary>
    public bool WantsQuantiles => _inputs.Text("optimizationObjective") == QuantileLoss;

    public (TrainingRequest Request, TimeSpan Budget) Read(IReadOnlyList<string> columns)
    {
        var (target, item, time) = (Column("targetColumn"), Column("timeSeriesIdentifierColumn"), Column("timeColumn"));
        var budget = _inputs.Budget("trainBudgetMilliNodeHours") ?? DefaultBudget;
        if (_inputs.Text("validationOptions") is { } validation and not "fail-pipeline") throw Faults.Unimplemented($"{Field}.validationOptions '{validation}' is not supported here: data is always checked.");
        var ahead = Ahead(columns, target, item, time);
        CheckTransformations(columns, [target, item, time, .. ahead], target, time);
        var values = new Dictionary<string, string>
        {
            ["time_column"] = time,
            ["item_column"] = item,
            ["frequency"] = Frequency(),
            ["horizon"] = Whole("forecastHorizon", 1, MaxHorizon) ?? throw Faults.Required(Field + ".forecastHorizon"),
            ["context"] = Whole("contextWindow", 0, MaxContext) ?? "0",
            ["quantiles"] = string.Join(',', Quantiles().Select(q => q.ToString("R", CultureInfo.InvariantCulture))),
            ["known_ahead"] = string.Join(',', ahead),
            ["objective"] = Objective(),
            ["max_seconds"] = Math.Max(1, budget.TotalSeconds).ToString("R", CultureInfo.InvariantCulture),
        };
        if (_inputs.Candidates() is { } most) values["max_candidates"] = most;
        return (new TrainingRequest { Algorithm = "forecasting", Task = LearningTask.Forecasting, Layout = new DataLayout { Format = DataFormat.CsvWithHeader, Label = target }, HyperParameters = values }, budget);

        string Column(string field) => TaskColumns.Known(_inputs.Required(field), field, columns);
    }

    // What does not change is known ahead as well.
    private List<string> Ahead(IReadOnlyList<string> columns, string target, string item, string time)
    {
        foreach (var column in _inputs.Texts("unavailableAtForecastColumns").Where(c => c != target))
            throw Faults.Unimplemented($"{Field}.unavailableAtForecastColumns: of what is not known ahead, only the target's own past is looked back on here; leave '{column}' out.");
        var ahead = new List<string>();
        foreach (var field in new[] { "availableAtForecastColumns", "timeSeriesAttributeColumns" })
            foreach (var column in _inputs.Texts(field))
            {
                TaskColumns.Known(column, field, columns);
                if (column == target) throw Faults.Invalid($"{Field}.{field}", column, "the target is what is to be forecast");
                if (column != item && column != time && !ahead.Contains(column)) ahead.Add(column);
            }
        return ahead;
    }

    private void CheckTransformations(IReadOnlyList<string> columns, IReadOnlyList<string> used, string target, string time)
    {
        foreach (var one in TaskColumns.Transformations(_inputs, columns))
        {
            var name = $"{Field}.{one.At}.{one.Kind}.columnName";
            if (!used.Contains(one.Column)) throw Faults.Invalid(name, one.Column, "a column that is transformed must be the target, the time, the series' identifier, or in one of the lists of columns");
            var fits = one.Column == time ? one.Kind is "auto" or "timestamp" : one.Column == target ? one.Kind is "auto" or "numeric" : one.Kind is "auto" or "numeric" || (one.Kind is "categorical" or "text" && one.Column == used[1]);
            if (!fits) throw Faults.Unimplemented($"{name}: '{one.Column}' cannot be taken as {one.Kind} here; the target and what is known ahead are numbers, the time is a timestamp.");
        }
    }

    private string Frequency()
    {
        var granularity = _inputs.Get("dataGranularity") ?? throw Faults.Required(Field + ".dataGranularity");
        var unit = DatasetStore.Field(granularity, "unit") is { KindCase: Kind.StringValue } text ? text.StringValue : throw Faults.Required(Field + ".dataGranularity.unit");
        if (!Units.TryGetValue(unit, out var known)) throw Faults.Invalid(Field + ".dataGranularity.unit", unit, string.Join(", ", Units.Keys));
        var quantity = DatasetStore.Field(granularity, "quantity") is { } value ? TaskInputs.Number(value, "dataGranularity.quantity") : 1;
        if (!known.Quantities.Contains(quantity)) throw Faults.Invalid(Field + ".dataGranularity.quantity", quantity.ToString(CultureInfo.InvariantCulture), $"of {unit}: {string.Join(", ", known.Quantities)}");
        return $"{quantity}{known.Engine}";
    }

    private string? Whole(string field, long least, long most) => _inputs.Whole(field) switch
    {
        null => null,
        { } value when value >= least && value <= most => value.ToString(CultureInfo.InvariantCulture),
        var other => throw Faults.Invalid($"{Field}.{field}", other.Value.ToString(CultureInfo.InvariantCulture), $"{least} to {most}"),
    };

    private string Objective()
    {
        var name = _inputs.Text("optimizationObjective") ?? "minimize-rmse";
        return Objectives.TryGetValue(name, out var known) ? known : throw Faults.Invalid(Field + ".optimizationObjective", name, string.Join(", ", Objectives.Keys));
    }

    private IReadOnlyList<double> Quantiles()
    {
        List<double> shares = [.. _inputs.List("quantiles").Select(q => q.KindCase == Kind.NumberValue && q.NumberValue is > 0 and < 1 ? q.NumberValue : throw Faults.Invalid(Field + ".quantiles", q.ToString(), "numbers between 0 and 1"))];
        if (shares.Count > MaxQuantiles || shares.Distinct().Count() < shares.Count) throw Faults.Invalid(Field + ".quantiles", string.Join(", ", shares), $"at most {MaxQuantiles} different numbers");
        if (shares.Count == 0 && WantsQuantiles) throw Faults.Required(Field + ".quantiles");
        return shares.Count == 0 ? [0.5] : shares;
    }
}
