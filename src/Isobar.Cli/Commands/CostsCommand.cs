using System.CommandLine;
using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Costs;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar costs</c>: what was spent, what it will come to, what would save money; <c>isobar costs apply N</c> does it.</summary>
internal static class CostsCommand
{
    private static readonly Option<string?> From = new("--from") { Description = "From this time on (default: the month's first day)" };
    private static readonly Option<string?> To = new("--to") { Description = "Until this time (default: now)" };
    private static readonly Argument<int> Number = new("number") { Description = "The advice's number" };

    public static Command Create()
    {
        var command = new Command("costs", "Tell what was spent by cloud, model, team and tag, the forecast, and what would save money") { From, To };
        ControlSession.Serve(command, ShowAsync);
        var apply = new Command("apply", "Do what an advice says") { Number };
        ControlSession.Serve(apply, ApplyAsync);
        command.Add(apply);
        return command;
    }

    private static async Task<Error?> ShowAsync(ControlSession session, CancellationToken ct)
    {
        var query = string.Join('&', new[] { ("from", session.Get(From)), ("to", session.Get(To)) }.Where(q => q.Item2 is not null).Select(q => $"{q.Item1}={Uri.EscapeDataString(q.Item2!)}"));
        if (!(await session.ReadAsync($"/v1/costs?{query}", CostsJson.Default.CostReport, ct)).TryGet(out var report, out var error)) return error;
        if (!(await session.ReadAsync("/v1/costs/advice", CostsJson.Default.IReadOnlyListAdvice, ct)).TryGet(out var advice, out error)) return error;
        if (session.Json)
        {
            Output.Json(report, CostsJson.Default.CostReport);
            Output.Json(advice, CostsJson.Default.IReadOnlyListAdvice);
            return null;
        }
        Console.WriteLine($"{report.From:yyyy-MM-dd} to {report.To:yyyy-MM-dd}: {Dollars(report.Total)} at list prices{(report.Unpriced > 0 ? $", and {report.Unpriced} kind(s) of usage without a known price" : "")}; the month will come to {Dollars(report.Forecast)}");
        foreach (var (what, shares) in new[] { ("cloud", report.ByCloud), ("model", report.ByModel), ("team", report.ByTeam), ("tag", report.ByTag) })
            foreach (var share in shares) Console.WriteLine($"  {what,-6} {share.Name,-32} {Dollars(share.Cost)}");
        foreach (var budget in report.Budgets) Console.WriteLine($"  budget {budget.Project,-32} {Dollars(budget.Spent)} of {Dollars(budget.Monthly)}, forecast {Dollars(budget.Forecast)}{(budget.Stopped ? ": spent, no new work is started" : budget.Warned ? ": nearly spent" : "")}");
        foreach (var one in advice) Console.WriteLine($"{one.Number}. {one.Message} Saves {Dollars(one.Saving)}{(one.Kind == "spot" ? " a training" : " a month")}. Risk: {one.Risk}");
        if (advice.Count > 0) Console.WriteLine("isobar costs apply N does it.");
        return null;
    }

    private static async Task<Error?> ApplyAsync(ControlSession session, CancellationToken ct)
    {
        if (!(await session.SendAsync(HttpMethod.Post, $"/v1/costs/advice/{session.Get(Number)}/apply", null, CostsJson.Default.Advice, ct)).TryGet(out var advice, out var error)) return error;
        if (session.Json) Output.Json(advice, CostsJson.Default.Advice);
        else Console.WriteLine($"Done: {advice.Kind} of {advice.Project}/{advice.Model}{(advice.Cloud is { } cloud ? $" in {cloud}" : "")}. The manifest of the server was changed; change yours as well, or the next apply undoes it.");
        return null;
    }

    private static string Dollars(decimal value) => string.Create(CultureInfo.InvariantCulture, $"${value:0.00####}");
}
