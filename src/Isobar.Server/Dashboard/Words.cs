using System.Globalization;
using Isobar.Core.Capabilities;

namespace Isobar.Server.Dashboard;

/// <summary>How values are written on the pages.</summary>
internal static class Words
{
    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Number(double value) => value.ToString(Math.Abs(value) is > 0 and < 0.01 ? "G3" : "0.####", CultureInfo.InvariantCulture);

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Money(decimal dollars) => dollars.ToString(dollars is > 0 and < 1 ? "'$'0.0000" : "'$'#,0.00", CultureInfo.InvariantCulture);

    /// <summary>A duration as people read it.</summary>
    public static string Span(TimeSpan span) => span.TotalHours >= 1 ? $"{(int)span.TotalHours} h {span.Minutes} min" : span.TotalMinutes >= 1 ? $"{span.Minutes} min {span.Seconds} s" : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");

    public static string JobLink(string cloud, string name) => $"/dashboard/jobs/{Uri.EscapeDataString(cloud)}/{Uri.EscapeDataString(name)}";

    /// <summary>The tone of a state; the word stands beside it always.</summary>
    public static string Tone(string state) => state switch
    {
        nameof(RunState.Completed) or nameof(DeploymentState.InService) or "Production" or "up" or "answers" => "good",
        nameof(RunState.Failed) or "Rejected" or "down" or "broken" or "no answer" => "bad",
        nameof(RunState.InProgress) or nameof(DeploymentState.Creating) or nameof(DeploymentState.Updating) or nameof(RunState.Stopping) or nameof(DeploymentState.Deleting) or "trying" or "resting" => "busy",
        _ => "plain",
    };
}
