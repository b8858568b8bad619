using System.Text.Json.Nodes;
using Isobar.Engine.Tracking;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Experiments of MLflow's protocol. Every workspace has one that is called Default, whose id is 0 as clients take it for granted.</summary>
internal sealed class ExperimentOperations(ITrackingStore tracking, TimeProvider time)
{
    public const string DefaultId = "0", DefaultName = "Default";
    private const int LongestName = 500;
    private static readonly string[] Attributes = ["name", "creation_time", "last_update_time"];

    public async Task<JsonObject> CreateAsync(MlflowCall call)
    {
        var name = CheckName(call.Required("name"));
        await DefaultAsync(call.Scope, call.Ct).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var experiment = new Experiment { Scope = call.Scope, Id = Guid.NewGuid().ToString(), Name = name, Created = now, Updated = now, ArtifactLocation = call.Text("artifact_location") is { Length: > 0 } given ? given.TrimEnd('/') : null, Tags = call.Pairs("tags", 100).ToLookup(t => t.Key, t => t.Value).ToDictionary(t => t.Key, t => t.Last()) };
        return (await tracking.CreateAsync(experiment, call.Ct).ConfigureAwait(false)).TryGet(out var made, out var error) ? new JsonObject { ["experiment_id"] = made.Id } : throw MlflowFault.Of(error);
    }

    public async Task<JsonObject> GetAsync(MlflowCall call) => new() { ["experiment"] = Show(await FindAsync(call).ConfigureAwait(false)) };

    public async Task<JsonObject> GetByNameAsync(MlflowCall call)
    {
        var name = call.Required("experiment_name");
        return new JsonObject { ["experiment"] = Show(await ByNameAsync(call.Scope, name, call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"The experiment '{name}'")) };
    }

    public async Task<JsonObject> SearchAsync(MlflowCall call)
    {
        await DefaultAsync(call.Scope, call.Ct).ConfigureAwait(false);
        var clauses = MlflowFilter.Parse(call.Text("filter"), Attributes);
        var all = (await tracking.ExperimentsAsync(call.Scope, call.Ct).ConfigureAwait(false)).Where(e => ViewType.Shows(call.Text("view_type"), e.IsDeleted) && MlflowFilter.Holds(clauses, (entity, key) => Value(e, entity, key)));
        var sorted = MlflowFilter.Sort(all, call.Texts("order_by"), Attributes, Value, e => (double)e.Updated.ToUnixTimeMilliseconds(), otherwiseDescending: true);
        var (rows, next) = call.Page(sorted, 1000, 50_000);
        var shown = new JsonObject { ["experiments"] = new JsonArray([.. rows.Select(Show)]) };
        if (next is not null) shown["next_page_token"] = next;
        return shown;
    }

    public async Task<JsonObject> UpdateAsync(MlflowCall call)
    {
        var name = CheckName(call.Required("new_name"));
        return await ChangeAsync(call, e => e with { Name = name }).ConfigureAwait(false);
    }

    public Task<JsonObject> DeleteAsync(MlflowCall call) => ChangeAsync(call, e => e with { IsDeleted = true }, active: true);

    public Task<JsonObject> RestoreAsync(MlflowCall call) => ChangeAsync(call, e => e with { IsDeleted = false }, active: null);

    public Task<JsonObject> SetTagAsync(MlflowCall call)
    {
        var (key, value) = (call.Required("key"), call.Text("value") ?? "");
        return ChangeAsync(call, e => e with { Tags = new Dictionary<string, string>(e.Tags) { [key] = value } });
    }

    public Task<JsonObject> DeleteTagAsync(MlflowCall call)
    {
        var key = call.Required("key");
        return ChangeAsync(call, e => e with { Tags = e.Tags.Where(t => t.Key != key).ToDictionary() });
    }

    /// <exception cref="MlflowFault">There is none, or it is deleted.</exception>
    public async Task<Experiment> ActiveAsync(MlflowCall call, string id)
    {
        if (id == DefaultId) return await DefaultAsync(call.Scope, call.Ct).ConfigureAwait(false);
        var found = await tracking.FindExperimentAsync(call.Scope, id, call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"The experiment {id}");
        return found.IsDeleted ? throw MlflowFault.Invalid("experiment_id", id, "the experiment is deleted; restore it first") : found;
    }

    /// <summary>The experiment of a name, made where there is none.</summary>
    public async Task<Experiment> EnsureAsync(string scope, string name, CancellationToken ct)
    {
        if (name == DefaultName) return await DefaultAsync(scope, ct).ConfigureAwait(false);
        if (await ByNameAsync(scope, name, ct).ConfigureAwait(false) is { } found) return found;
        var now = time.GetUtcNow();
        var made = await tracking.CreateAsync(new Experiment { Scope = scope, Id = Guid.NewGuid().ToString(), Name = name, Created = now, Updated = now }, ct).ConfigureAwait(false);
        return made.IsOk ? made.Value : await ByNameAsync(scope, name, ct).ConfigureAwait(false) ?? throw MlflowFault.Of(made.Error);
    }

    private async Task<Experiment> DefaultAsync(string scope, CancellationToken ct)
    {
        if (await tracking.FindExperimentAsync(scope, DefaultId, ct).ConfigureAwait(false) is { } found) return found;
        var now = time.GetUtcNow();
        await tracking.CreateAsync(new Experiment { Scope = scope, Id = DefaultId, Name = DefaultName, Created = now, Updated = now }, ct).ConfigureAwait(false);
        return (await tracking.FindExperimentAsync(scope, DefaultId, ct).ConfigureAwait(false))!;
    }

    private async Task<Experiment?> ByNameAsync(string scope, string name, CancellationToken ct)
    {
        if (name == DefaultName) return await DefaultAsync(scope, ct).ConfigureAwait(false);
        return (await tracking.ExperimentsAsync(scope, ct).ConfigureAwait(false)).FirstOrDefault(e => e.Name == name);
    }

    private async Task<Experiment> FindAsync(MlflowCall call)
    {
        var id = call.Required("experiment_id");
        if (id == DefaultId) await DefaultAsync(call.Scope, call.Ct).ConfigureAwait(false);
        return await tracking.FindExperimentAsync(call.Scope, id, call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"The experiment {id}");
    }

    private async Task<JsonObject> ChangeAsync(MlflowCall call, Func<Experiment, Experiment> change, bool? active = true)
    {
        var found = await FindAsync(call).ConfigureAwait(false);
        if (active == true && found.IsDeleted) throw MlflowFault.Invalid("experiment_id", found.Id, "the experiment is deleted; restore it first");
        if ((await tracking.ChangeAsync(call.Scope, found.Id, change, call.Ct).ConfigureAwait(false)).Error is { } error) throw MlflowFault.Of(error);
        return [];
    }

    private static string CheckName(string name) => name.Length <= LongestName ? name : throw MlflowFault.Invalid("name", name, $"has at most {LongestName} characters");

    private static object? Value(Experiment experiment, string entity, string key) => (entity, key) switch
    {
        ("tag", _) => experiment.Tags.GetValueOrDefault(key),
        ("attribute", "name") => experiment.Name,
        ("attribute", "creation_time") => (double)experiment.Created.ToUnixTimeMilliseconds(),
        ("attribute", "last_update_time") => (double)experiment.Updated.ToUnixTimeMilliseconds(),
        _ => null,
    };

    private static JsonObject Show(Experiment experiment) => new()
    {
        ["experiment_id"] = experiment.Id,
        ["name"] = experiment.Name,
        ["artifact_location"] = experiment.ArtifactLocation ?? "",
        ["lifecycle_stage"] = experiment.IsDeleted ? "deleted" : "active",
        ["creation_time"] = experiment.Created.ToUnixTimeMilliseconds(),
        ["last_update_time"] = experiment.Updated.ToUnixTimeMilliseconds(),
        ["tags"] = MlflowJson.Pairs(experiment.Tags),
    };
}

/// <summary>What a search shows of what is deleted.</summary>
internal static class ViewType
{
    public static bool Shows(string? view, bool isDeleted) => (view ?? "ACTIVE_ONLY").ToUpperInvariant() switch
    {
        "" or "ACTIVE_ONLY" => !isDeleted,
        "DELETED_ONLY" => isDeleted,
        "ALL" => true,
        _ => throw MlflowFault.Invalid("view_type", view, "must be one of ACTIVE_ONLY, DELETED_ONLY, ALL"),
    };
}
