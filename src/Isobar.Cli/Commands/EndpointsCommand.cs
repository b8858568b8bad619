using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar endpoints</c>: the endpoints, or one of them, its traffic and its end.</summary>
internal static class EndpointsCommand
{
    private static readonly Argument<string?> Endpoint = new("endpoint") { HelpName = "endpoint", Description = "An endpoint, to see its variants", DefaultValueFactory = _ => null };
    private static readonly Option<string[]> Weight = new("--weight") { Description = "Shift traffic, as variant=weight; may be repeated" };
    private static readonly Option<bool> Delete = new("--delete") { Description = "Take the endpoint down" };

    public static Command Create()
    {
        var command = new Command("endpoints", "List endpoints, or show, shift or delete one") { Endpoint, Weight, Delete };
        command.Validators.Add(r =>
        {
            if ((r.GetValue(Delete) || r.GetValue(Weight) is { Length: > 0 }) && r.GetValue(Endpoint) is null) r.AddError("--delete and --weight need the name of an endpoint.");
        });
        Endpoint.CompletionSources.Add(Completing.Endpoints);
        Session.Serve(command, RunAsync);
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        var serving = session.Cloud.Serving;
        if (session.Get(Endpoint) is not { } name)
        {
            if (!(await serving.ListAsync(ct)).TryGet(out var all, out var unlisted)) return unlisted;
            Output.Rows(session.Json, ["Endpoint", "State", "Created"], [.. all.Select(e => new[] { e.Name, e.State.ToString(), session.Json ? e.Created.ToString("O", CultureInfo.InvariantCulture) : e.Created.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) })], "There are no endpoints yet; 'isobar deploy name --job job' makes one.");
            return null;
        }
        if (!(await serving.GetAsync(name, ct)).TryGet(out var endpoint, out var error)) return Session.Suggest(error, name, await serving.ListAsync(ct), e => e.Name);
        if (session.Get(Delete)) return (await serving.DeleteAsync(name, ct)).Error;
        if (session.Get(Weight) is { Length: > 0 } pairs)
        {
            var weights = new Dictionary<string, double>();
            foreach (var pair in pairs)
            {
                if (pair.Split('=', 2) is not [var variant, var text] || !double.TryParse(text, CultureInfo.InvariantCulture, out var weight)) return Error.Invalid("--weight", pair, $"--weight takes variant=number; '{pair}' is not.");
                weights[variant] = weight;
            }
            if ((await serving.SetWeightsAsync(name, weights, ct)).Error is { } refused) return refused;
            if (!(await serving.GetAsync(name, ct)).TryGet(out endpoint, out error)) return error;
        }
        if (session.Json) Output.Json(new JsonObject
        {
            ["endpoint"] = endpoint.Name,
            ["state"] = endpoint.State.ToString(),
            ["reason"] = endpoint.Reason,
            ["variants"] = new JsonArray([.. endpoint.Variants.Select(v => (JsonNode)new JsonObject { ["variant"] = v.Name, ["weight"] = v.Weight, ["instances"] = v.Instances })]),
        });
        else Show(endpoint);
        return null;
    }

    private static void Show(DeployedEndpoint endpoint)
    {
        Console.WriteLine($"{endpoint.Name}: {endpoint.State} {endpoint.Reason}");
        Output.Rows(false, ["Variant", "Weight", "Instances"], [.. endpoint.Variants.Select(v => new[] { v.Name, v.Weight.ToString(CultureInfo.InvariantCulture), v.Instances.ToString(CultureInfo.InvariantCulture) })], "");
    }
}
