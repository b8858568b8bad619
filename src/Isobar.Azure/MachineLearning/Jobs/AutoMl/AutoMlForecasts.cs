using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Azure's settings of forecasts in the engine's words.</summary>
internal static partial class AutoMlForecasts
{
    private const string At = AutoMlTask.Field + ".forecastingSettings";
    private const int MaxHorizon = 500;
    private static readonly string[] Fields =
    [
        "timeColumnName", "timeSeriesIdColumnNames", "forecastHorizon", "frequency", "targetAggregateFunction", "seasonality", "targetLags", "targetRollingWindowSize", "featureLags", "useStl", "shortSeriesHandlingConfig",
    ];

    public static void Read(JsonObject details, Dictionary<string, string> values)
    {
        var settings = details.RequiredObject("forecastingSettings", AutoMlTask.Field);
        AutoMlFields.Only(settings, At, Fields);
        AutoMlFields.Must(details, "nCrossValidations", AutoMlTask.Field, "Auto", "the last periods judge forecasts here, as many as there is room for.");
        values["time_column"] = settings.RequiredText("timeColumnName", At);
        var items = AutoMlFields.Words(settings, "timeSeriesIdColumnNames", At) ?? [];
        if (items.Count > 1) throw ArmFault.Unsupported($"{At}.timeSeriesIdColumnNames names {items.Count} columns: one tells series apart here; join them in the data.", At + ".timeSeriesIdColumnNames");
        if (items.Count == 1) values["item_column"] = items[0];
        if (settings.Object("forecastHorizon", At) is { } horizon && (string?)horizon["mode"] == "Auto") throw ArmFault.Unsupported($"{At}.forecastHorizon is Auto: say how many periods, as {{\"mode\": \"Custom\", \"value\": 7}}.", At + ".forecastHorizon");
        values["horizon"] = (AutoMlFields.Chosen(settings, "forecastHorizon", At, 1, MaxHorizon) ?? 1).ToString(CultureInfo.InvariantCulture);
        values["frequency"] = Frequency(settings.RequiredText("frequency", At));
        if (settings["targetAggregateFunction"] is not null && settings.OneOf("targetAggregateFunction", At, "None", "Sum", "Max", "Min", "Mean") is not "None" and var how) values["aggregation"] = how == "Mean" ? "avg" : how.ToLowerInvariant();
        // What the engine finds out for itself, or does not do.
        foreach (var name in new[] { "seasonality", "targetLags", "targetRollingWindowSize" }) AutoMlFields.Must(settings, name, At, "Auto", "it is found out here.");
        AutoMlFields.Must(settings, "featureLags", At, "None", "features have no lags here.");
        AutoMlFields.Must(settings, "useStl", At, "None", "series are not taken apart here.");
        AutoMlFields.Must(settings, "shortSeriesHandlingConfig", At, "Auto", "a series that is too short to learn from is left out here.");
    }

    // pandas' aliases, of which the service takes these.
    private static string Frequency(string alias)
    {
        var match = Alias().Match(alias);
        var (count, unit) = (match.Groups["n"].Value, match.Groups["unit"].Value);
        return match.Success ? count + unit switch { "A" or "Y" or "YE" or "YS" or "AS" => "Y", "M" or "MS" or "ME" => "M", "W" => "W", "D" => "D", "H" or "h" => "H", _ => "min" }
            : throw ArmFault.Unsupported($"{At}.frequency is '{alias}': Y, M, W, D, H and min are done here, with a number before them where it is not 1.", At + ".frequency");
    }

    [GeneratedRegex("^(?<n>[0-9]{0,3})(?<unit>A|Y|YE|YS|AS|M|MS|ME|W|D|H|h|T|min)(-[A-Z]{3})?$")]
    private static partial Regex Alias();
}
