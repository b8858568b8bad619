using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Server.Usage;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar status</c>: whether Isobar runs, and what it is at.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Tell whether Isobar runs and what it is at");
        Session.Serve(command, RunAsync);
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        if (!(await session.Cloud.Training.ListAsync(ct)).TryGet(out var jobs, out var error)) return error;
        if (!(await session.Cloud.Serving.ListAsync(ct)).TryGet(out var endpoints, out error)) return error;
        if (!(await session.Cloud.Models.ListAsync(ct)).TryGet(out var models, out error)) return error;
        var server = Server.Hosting.RunFile.Read(session.Get(Globals.Data));
        var (running, serving) = (jobs.Count(j => !j.IsFinal), endpoints.Count(e => e.State is DeploymentState.InService or DeploymentState.Updating));
        var usage = server is not null && session.Get(Globals.Endpoint) is null ? await UsageAsync(session, server.Control, ct) : null;
        if (session.Json) Output.Json(new JsonObject
        {
            ["status"] = "ready",
            ["aws"] = session.Get(Globals.Endpoint) ?? server?.Aws,
            ["control"] = server?.Control,
            ["pid"] = server?.Pid,
            ["jobs"] = jobs.Count,
            ["jobsRunning"] = running,
            ["endpoints"] = endpoints.Count,
            ["endpointsInService"] = serving,
            ["models"] = models.Count,
            ["listPrice"] = usage?.Total,
            ["services"] = usage is null ? null : new JsonArray([.. ByService(usage).Select(s => (JsonNode)new JsonObject { ["cloud"] = s.Cloud, ["service"] = s.Service, ["listPrice"] = s.Cost, ["unpriced"] = s.Unpriced })]),
        });
        else
        {
            Console.WriteLine($"Isobar is ready at {session.Get(Globals.Endpoint) ?? server?.Aws}\n{Count(jobs.Count, "job")} ({running} running), {Count(models.Count, "model")}, {Count(endpoints.Count, "endpoint")} ({serving} in service)");
            foreach (var job in jobs.Where(j => !j.IsFinal)) Console.WriteLine($"  job {job.Name}: {job.State}");
            foreach (var endpoint in endpoints) Console.WriteLine($"  endpoint {endpoint.Name}: {endpoint.State}");
            if (usage is { Rows.Count: > 0 }) ShowUsage(usage);
        }
        return null;
    }

    private static async Task<UsageReport?> UsageAsync(Session session, string control, CancellationToken ct)
    {
        using var http = session.Http;
        return await http.GetFromJsonAsync(control + "/v1/usage", UsageJson.Default.UsageReport, ct);
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static IEnumerable<(string Cloud, string Service, decimal Cost, int Unpriced)> ByService(UsageReport usage) =>
        usage.Rows.GroupBy(r => (r.Cloud, r.Service)).Select(g => (g.Key.Cloud, g.Key.Service, g.Sum(r => r.Cost ?? 0), g.Count(r => r.Cost is null)));

    private static void ShowUsage(UsageReport usage)
    {
        Console.WriteLine(FormattableString.Invariant($"used so far, at the list prices of the clouds: ${usage.Total:0.0000} (here: nothing)"));
        foreach (var (cloud, service, cost, unpriced) in ByService(usage))
            Console.WriteLine(FormattableString.Invariant($"  {cloud} {service}: ${cost:0.000000}{(unpriced > 0 ? $", and {unpriced} without a known price" : "")}"));
    }
}
