using System.CommandLine;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

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
        });
        else Console.WriteLine($"Isobar is ready at {session.Get(Globals.Endpoint) ?? server?.Aws}\n{jobs.Count} jobs ({running} running), {models.Count} models, {endpoints.Count} endpoints ({serving} in service)");
        return null;
    }
}
