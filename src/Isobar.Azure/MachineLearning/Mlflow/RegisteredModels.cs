using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Models;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>The registry of MLflow's protocol: the workspace's models. A registered model is the container of an asset.</summary>
internal sealed class RegisteredModels(ModelAsset type, ArmStore store, ArmKinds kinds, ModelVersions versions)
{
    private static readonly string[] Attributes = ["name", "creation_timestamp", "last_updated_timestamp"];

    public async Task<JsonObject> CreateAsync(MlflowCall call)
    {
        var name = call.Required("name");
        try { Ml.CheckName("name", name); }
        catch (ArmFault fault) { throw MlflowFault.Of(fault); }
        var id = Id(call, name);
        if (await store.FindAsync(id, call.Ct).ConfigureAwait(false) is not null) throw MlflowFault.Exists($"The registered model '{name}' exists already.");
        var body = Body(call.Text("description"), call.Pairs("tags", 100));
        var (made, _) = await store.PutAsync(call.Arm.At(id).Unconditional(), id, body).ConfigureAwait(false);
        return await OneAsync(call, made).ConfigureAwait(false);
    }

    public async Task<JsonObject> GetAsync(MlflowCall call) => await OneAsync(call, await FindAsync(call).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task<JsonObject> UpdateAsync(MlflowCall call)
    {
        var description = call.Text("description");
        return await OneAsync(call, await ChangeAsync(call, p => p["description"] = description).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public async Task<JsonObject> DeleteAsync(MlflowCall call)
    {
        await kinds.DeleteAsync(await FindAsync(call).ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false);
        return [];
    }

    public async Task<JsonObject> SearchAsync(MlflowCall call)
    {
        var clauses = MlflowFilter.Parse(call.Text("filter"), Attributes);
        var all = (await store.ChildrenAsync(call.Workspace.Id, type.Plural, call.Ct).ConfigureAwait(false)).Where(m => MlflowFilter.Holds(clauses, (entity, key) => Value(m, entity, key)));
        var sorted = MlflowFilter.Sort(all, call.Texts("order_by"), Attributes, Value, m => m.Name, otherwiseDescending: false);
        var (rows, next) = call.Page(sorted, 100, 1000);
        var shown = new JsonArray();
        foreach (var row in rows) shown.Add((JsonNode)await ShowAsync(call, row).ConfigureAwait(false));
        var answer = new JsonObject { ["registered_models"] = shown };
        if (next is not null) answer["next_page_token"] = next;
        return answer;
    }

    public async Task<JsonObject> LatestAsync(MlflowCall call)
    {
        var wanted = call.Texts("stages");
        var latest = await versions.LatestAsync(call, await FindAsync(call).ConfigureAwait(false)).ConfigureAwait(false);
        return new JsonObject { ["model_versions"] = new JsonArray([.. latest.Where(v => wanted.Count == 0 || wanted.Contains((string)v["current_stage"]!, StringComparer.OrdinalIgnoreCase))]) };
    }

    public async Task<JsonObject> SetTagAsync(MlflowCall call)
    {
        var (key, value) = (call.Required("key"), call.Text("value") ?? "");
        await ChangeAsync(call, p => ModelFields.Map(p, "tags")[key] = value).ConfigureAwait(false);
        return [];
    }

    public async Task<JsonObject> DeleteTagAsync(MlflowCall call)
    {
        var key = call.Required("key");
        await ChangeAsync(call, p => ModelFields.Map(p, "tags").Remove(key)).ConfigureAwait(false);
        return [];
    }

    public async Task<JsonObject> SetAliasAsync(MlflowCall call)
    {
        var (alias, version) = (call.Required("alias"), call.Required("version"));
        if (!await versions.ExistsAsync(call, Id(call, call.Required("name")), version).ConfigureAwait(false)) throw MlflowFault.NotFound($"Version {version} of the registered model '{call.Text("name")}'");
        await ChangeAsync(call, p => ModelFields.Map(p, "properties")[ModelFields.Alias + alias] = version).ConfigureAwait(false);
        return [];
    }

    public async Task<JsonObject> DeleteAliasAsync(MlflowCall call)
    {
        var alias = call.Required("alias");
        await ChangeAsync(call, p => ModelFields.Map(p, "properties").Remove(ModelFields.Alias + alias)).ConfigureAwait(false);
        return [];
    }

    public async Task<JsonObject> ByAliasAsync(MlflowCall call)
    {
        var (model, alias) = (await FindAsync(call).ConfigureAwait(false), call.Required("alias"));
        var version = ModelFields.Aliases(model).FirstOrDefault(a => a.Alias == alias).Version ?? throw MlflowFault.NotFound($"The alias '{alias}' of the registered model '{model.Name}'");
        return new JsonObject { ["model_version"] = await versions.ShowAsync(call, model, version).ConfigureAwait(false) };
    }

    private async Task<ArmResource> FindAsync(MlflowCall call)
    {
        var name = call.Required("name");
        return await store.FindAsync(Id(call, name), call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"The registered model '{name}'");
    }

    private async Task<ArmResource> ChangeAsync(MlflowCall call, Action<JsonObject> change)
    {
        var found = await FindAsync(call).ConfigureAwait(false);
        return await store.ChangeAsync(found.Path, r => r.With(change), call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"The registered model '{found.Name}'");
    }

    private ArmId Id(MlflowCall call, string name) => call.Workspace.Id.Child(type.Plural, name);

    private async Task<JsonObject> OneAsync(MlflowCall call, ArmResource model) => new() { ["registered_model"] = await ShowAsync(call, model).ConfigureAwait(false) };

    private async Task<JsonObject> ShowAsync(MlflowCall call, ArmResource model)
    {
        var shown = new JsonObject
        {
            ["name"] = model.Name,
            ["creation_timestamp"] = model.Created.ToUnixTimeMilliseconds(),
            ["last_updated_timestamp"] = model.Modified.ToUnixTimeMilliseconds(),
            ["user_id"] = model.CreatedBy.Name,
            ["latest_versions"] = new JsonArray([.. await versions.LatestAsync(call, model).ConfigureAwait(false)]),
            ["tags"] = MlflowJson.Pairs(ModelFields.Tags(model)),
            ["aliases"] = new JsonArray([.. ModelFields.Aliases(model).Select(a => new JsonObject { ["alias"] = a.Alias, ["version"] = a.Version })]),
        };
        if ((string?)model.Properties["description"] is { Length: > 0 } description) shown["description"] = description;
        return shown;
    }

    private static object? Value(ArmResource model, string entity, string key) => (entity, key) switch
    {
        ("tag", _) => ModelFields.Tags(model).FirstOrDefault(t => t.Key == key).Value,
        (_, "name") => model.Name,
        (_, "creation_timestamp") => (double)model.Created.ToUnixTimeMilliseconds(),
        (_, "last_updated_timestamp") => (double)model.Modified.ToUnixTimeMilliseconds(),
        _ => null,
    };

    private static JsonObject Body(string? description, IReadOnlyList<KeyValuePair<string, string>> tags)
    {
        var properties = new JsonObject { ["isArchived"] = false, ["tags"] = new JsonObject(), ["properties"] = new JsonObject() };
        foreach (var (key, value) in tags) ModelFields.Map(properties, "tags")[key] = value;
        if (description is { Length: > 0 }) properties["description"] = description;
        return new JsonObject { ["properties"] = properties };
    }
}
