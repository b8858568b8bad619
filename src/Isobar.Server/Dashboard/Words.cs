using System.Globalization;
using Isobar.Core.Capabilities;
using Isobar.MultiCloud.Registry;

namespace Isobar.Server.Dashboard;

/// <summary>How values are written on the pages.</summary>
internal static class Words
{
    private const int Colours = 6;

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Day(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString(Math.Abs(value) is > 0 and < 1e-7 ? "G3" : Math.Abs(value) is > 0 and < 0.01 ? "0.#######" : Math.Abs(value) >= 100 ? "#,0.#" : "0.###", CultureInfo.InvariantCulture);

    public static string Rate(double value) => value.ToString(value >= 100 ? "#,0" : "0.#", CultureInfo.InvariantCulture);

    public static string Ms(double? value) => value is { } ms ? ms.ToString(ms >= 100 ? "#,0" : ms >= 1 ? "0.#" : "0.##", CultureInfo.InvariantCulture) : "–";

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double value) => value.ToString("0.#", CultureInfo.InvariantCulture) + " %";

    public static string Money(decimal dollars) => dollars.ToString(dollars is > 0 and < 0.001m ? "'$'0.000000" : dollars is > 0 and < 1 ? "'$'0.0000" : "'$'#,0.00", CultureInfo.InvariantCulture);

    /// <summary>A duration as people read it.</summary>
    public static string Span(TimeSpan span) => span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min" : span.TotalMinutes >= 1 ? $"{span.Minutes} min {span.Seconds} s" : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");

    public static string JobLink(string cloud, string name) => $"jobs/{Uri.EscapeDataString(cloud)}/{Uri.EscapeDataString(name)}";

    public static string ModelLink(string project, string model) => $"models/{Uri.EscapeDataString(project)}/{Uri.EscapeDataString(model)}";

    public static string ServiceLink(string name) => $"services/{Uri.EscapeDataString(name)}";

    /// <summary>Whether all words that are looked for stand in one of the texts each.</summary>
    public static bool Has(string? sought, params ReadOnlySpan<string?> texts)
    {
        if (string.IsNullOrWhiteSpace(sought)) return true;
        foreach (var word in sought.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var found = false;
            foreach (var text in texts) found |= text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
            if (!found) return false;
        }
        return true;
    }

    /// <summary>The colour of a cloud or a backend, the same on every page.</summary>
    public static string Colour(string name, int place = 0) => name switch
    {
        "aws" => "var(--series-1)",
        "gcp" => "var(--series-2)",
        "azure" => "var(--series-3)",
        "onprem" => "var(--series-4)",
        _ => $"var(--series-{4 + place % (Colours - 4) + 1})",
    };

    /// <summary>A digest that is long is cut; the whole of it stands in the title.</summary>
    public static string Short(string text) => text.Length > 28 ? text[..27] + "…" : text;

    /// <summary>The tone of a state; the word stands beside it always.</summary>
    public static string Tone(string state) => state switch
    {
        nameof(RunState.Completed) or nameof(DeploymentState.InService) or "Production" or "up" or "healthy" or "Done" or "within" or "intact" or "passed" or "promoted" or "as in training" => "good",
        nameof(RunState.Failed) or "Rejected" or "down" or "broken" or "unreachable" or "spent" or "failed" or "page" or "rolledBack" or "missed" or "drifted" => "bad",
        nameof(RunState.InProgress) or nameof(DeploymentState.Creating) or nameof(DeploymentState.Updating) or nameof(RunState.Stopping) or nameof(DeploymentState.Deleting) or "trying" or "degraded" or "Running" or "running" or nameof(Stage.Evaluating) or "warned" or "budget" or "ticket" or "objective" or "on trial" or "learning" or "data-drift" or "quality" => "busy",
        _ => "plain",
    };
}
