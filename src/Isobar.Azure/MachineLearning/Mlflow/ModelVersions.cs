using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Models;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;
using Isobar.Engine.State;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>Versions of MLflow's registry: versions of the workspace's models, numbered from 1.</summary>
internal sealed class ModelVersions(ModelAsset type, ArmStore store, ArmKinds kinds, RunArtifacts artifacts, IObjectStore objects, NameLocks locks)
{
    private const string Versions = "versions", None = "None", Archived = "Archived";
    private static readonly string[] Stages = [None, "Staging", "Production", Archived];
    private static readonly string[] Attributes = ["name", "version_number", "run_id", "source_path", "creation_timestamp", "last_updated_timestamp"];

    // 1. Find the model and what the source names. 2. The next number. 3. Check and keep it, as every model is.
    public async Task<JsonObject> CreateAsync(MlflowCall call)
    {
        // 1.
        var model = await ModelAsync(call).ConfigureAwait(false);
        var source = call.Required("source");
        var place = await PlaceAsync(call, source).ConfigureAwait(false);
        using var held = await locks.EnterAsync(model.Path.Key, call.Ct).ConfigureAwait(false);

        // 2.
        var (_, next) = AssetVersions.Of(await store.ChildrenAsync(model.Path, Versions, call.Ct).ConfigureAwait(false));
        var properties = new JsonObject
        {
            ["modelUri"] = place.Bucket == call.Workspace.Bucket ? DataUris.Uri(place.Key, DefaultDatastores.Artifacts) : source,
            ["modelType"] = await IsMlflowAsync(place, call.Ct).ConfigureAwait(false) ? "mlflow_model" : "custom_model",
            ["isArchived"] = false,
            ["isAnonymous"] = false,
            ["stage"] = None,
            ["tags"] = new JsonObject(),
            ["properties"] = new JsonObject { [ModelFields.Source] = source },
        };
        foreach (var (key, value) in call.Pairs("tags", 100)) ModelFields.Map(properties, "tags")[key] = value;
        if (call.Text("description") is { Length: > 0 } description) properties["description"] = description;
        if (call.Text("run_id") is { Length: > 0 } run) properties["jobName"] = run;

        // 3.
        await type.CheckAsync(new AssetDraft(call.Workspace, model.Name, next, properties, call.Ct)).ConfigureAwait(false);
        var id = model.Path.Child(Versions, next);
        var (made, _) = await store.PutAsync(call.Arm.At(id).Unconditional(), id, new JsonObject { ["properties"] = properties }).ConfigureAwait(false);
        return await OneAsync(call, model, made).ConfigureAwait(false);
    }

    public async Task<JsonObject> GetAsync(MlflowCall call)
    {
        var (model, version) = await FindAsync(call).ConfigureAwait(false);
        return await OneAsync(call, model, version).ConfigureAwait(false);
    }

    public async Task<JsonObject> UpdateAsync(MlflowCall call)
    {
        var description = call.Text("description");
        var (model, changed) = await ChangeAsync(call, p => p["description"] = description).ConfigureAwait(false);
        return await OneAsync(call, model, changed).ConfigureAwait(false);
    }

    public async Task<JsonObject> DeleteAsync(MlflowCall call)
    {
        var (model, version) = await FindAsync(call).ConfigureAwait(false);
        await kinds.DeleteAsync(version, CancellationToken.None).ConfigureAwait(false);
        await store.ChangeAsync(model.Path, r => r.With(p =>
        {
            var map = ModelFields.Map(p, "properties");
            foreach (var (alias, at) in ModelFields.Aliases(r)) if (at == version.Name) map.Remove(ModelFields.Alias + alias);
        }), CancellationToken.None).ConfigureAwait(false);
        return [];
    }

    public async Task<JsonObject> TransitionAsync(MlflowCall call)
    {
        var stage = Stages.FirstOrDefault(s => s.Equals(call.Required("stage"), StringComparison.OrdinalIgnoreCase)) ?? throw MlflowFault.Invalid("stage", call.Text("stage"), $"must be one of {string.Join(", ", Stages)}");
        var (model, changed) = await ChangeAsync(call, p => p["stage"] = stage).ConfigureAwait(false);
        if (call.Flag("archive_existing_versions") && stage is "Staging" or "Production")
            foreach (var other in await store.ChildrenAsync(model.Path, Versions, call.Ct).ConfigureAwait(false))
                if (other.Name != changed.Name && Stage(other) == stage) await store.ChangeAsync(other.Path, r => r.With(p => p["stage"] = Archived), call.Ct).ConfigureAwait(false);
        return await OneAsync(call, model, changed).ConfigureAwait(false);
    }

    public async Task<JsonObject> SearchAsync(MlflowCall call)
    {
        var clauses = MlflowFilter.Parse(call.Text("filter"), Attributes);
        var all = new List<(ArmResource Model, ArmResource Version)>();
        foreach (var model in await store.ChildrenAsync(call.Workspace.Id, type.Plural, call.Ct).ConfigureAwait(false))
            all.AddRange((await store.ChildrenAsync(model.Path, Versions, call.Ct).ConfigureAwait(false)).Select(v => (model, v)));
        var found = all.Where(v => MlflowFilter.Holds(clauses, (entity, key) => Value(v, entity, key)));
        var sorted = MlflowFilter.Sort(found, call.Texts("order_by"), Attributes, Value, v => (double)v.Version.Modified.ToUnixTimeMilliseconds(), otherwiseDescending: true);
        var (rows, next) = call.Page(sorted, 200_000, 200_000);
        var shown = new JsonArray();
        foreach (var (model, version) in rows) shown.Add((JsonNode)await ShowAsync(call, model, version).ConfigureAwait(false));
        var answer = new JsonObject { ["model_versions"] = shown };
        if (next is not null) answer["next_page_token"] = next;
        return answer;
    }

    public async Task<JsonObject> DownloadUriAsync(MlflowCall call)
    {
        var (_, version) = await FindAsync(call).ConfigureAwait(false);
        var place = await PlaceAsync(call, (string)version.Properties["modelUri"]!).ConfigureAwait(false);
        return new JsonObject { ["artifact_uri"] = RunArtifacts.Show(call.Workspace, place) };
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

    public async Task<bool> ExistsAsync(MlflowCall call, ArmId model, string version) => await store.FindAsync(model.Child(Versions, version), call.Ct).ConfigureAwait(false) is not null;

    /// <summary>The newest version of each stage.</summary>
    public async Task<IReadOnlyList<JsonObject>> LatestAsync(MlflowCall call, ArmResource model)
    {
        var shown = new List<JsonObject>();
        foreach (var stage in (await store.ChildrenAsync(model.Path, Versions, call.Ct).ConfigureAwait(false)).GroupBy(Stage))
            shown.Add(await ShowAsync(call, model, stage.MaxBy(v => Number(v))!).ConfigureAwait(false));
        return shown;
    }

    public async Task<JsonObject> ShowAsync(MlflowCall call, ArmResource model, string version) =>
        await ShowAsync(call, model, await store.FindAsync(model.Path.Child(Versions, version), call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"Version {version} of the registered model '{model.Name}'")).ConfigureAwait(false);

    private async Task<JsonObject> OneAsync(MlflowCall call, ArmResource model, ArmResource version) => new() { ["model_version"] = await ShowAsync(call, model, version).ConfigureAwait(false) };

    private static Task<JsonObject> ShowAsync(MlflowCall call, ArmResource model, ArmResource version)
    {
        var properties = version.Properties;
        var shown = new JsonObject
        {
            ["name"] = model.Name,
            ["version"] = version.Name,
            ["creation_timestamp"] = version.Created.ToUnixTimeMilliseconds(),
            ["last_updated_timestamp"] = version.Modified.ToUnixTimeMilliseconds(),
            ["user_id"] = version.CreatedBy.Name,
            ["current_stage"] = Stage(version),
            ["source"] = (string?)properties["properties"]?[ModelFields.Source] ?? (string?)properties["modelUri"] ?? "",
            ["run_id"] = (string?)properties["jobName"] ?? "",
            ["status"] = "READY",
            ["tags"] = MlflowJson.Pairs(ModelFields.Tags(version)),
            ["aliases"] = new JsonArray([.. ModelFields.Aliases(model).Where(a => a.Version == version.Name).Select(a => JsonValue.Create(a.Alias))]),
        };
        if ((string?)properties["description"] is { Length: > 0 } description) shown["description"] = description;
        return Task.FromResult(shown);
    }

    private async Task<ObjectLocation> PlaceAsync(MlflowCall call, string source)
    {
        // models:/NAME/VERSION is another version's place.
        if (source.StartsWith("models:/", StringComparison.Ordinal) && source["models:/".Length..].Split('/') is [var name, var number])
        {
            var other = await store.FindAsync(call.Workspace.Id.Child(type.Plural, name).Child(Versions, number), call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"Version {number} of the registered model '{name}'");
            source = (string)other.Properties["modelUri"]!;
        }
        return await artifacts.ResolveAsync(call.Workspace, source, "source", call.Ct).ConfigureAwait(false);
    }

    private async Task<bool> IsMlflowAsync(ObjectLocation place, CancellationToken ct) => (await objects.HeadAsync(place.Bucket, place.Below("MLmodel").Key, null, ct).ConfigureAwait(false)).IsOk;

    private async Task<ArmResource> ModelAsync(MlflowCall call)
    {
        var name = call.Required("name");
        return await store.FindAsync(call.Workspace.Id.Child(type.Plural, name), call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"The registered model '{name}'");
    }

    private async Task<(ArmResource Model, ArmResource Version)> FindAsync(MlflowCall call)
    {
        var (model, number) = (await ModelAsync(call).ConfigureAwait(false), call.Required("version"));
        return (model, await store.FindAsync(model.Path.Child(Versions, number), call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"Version {number} of the registered model '{model.Name}'"));
    }

    private async Task<(ArmResource Model, ArmResource Version)> ChangeAsync(MlflowCall call, Action<JsonObject> change)
    {
        var (model, version) = await FindAsync(call).ConfigureAwait(false);
        return (model, await store.ChangeAsync(version.Path, r => r.With(change), call.Ct).ConfigureAwait(false) ?? throw MlflowFault.NotFound($"Version {version.Name}"));
    }

    private static string Stage(ArmResource version) => (string?)version.Properties["stage"] is { Length: > 0 } stage ? stage : None;

    private static long Number(ArmResource version) => long.TryParse(version.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static object? Value((ArmResource Model, ArmResource Version) row, string entity, string key) => (entity, key) switch
    {
        ("tag", _) => ModelFields.Tags(row.Version).FirstOrDefault(t => t.Key == key).Value,
        (_, "name") => row.Model.Name,
        (_, "version_number") => (double)Number(row.Version),
        (_, "run_id") => (string?)row.Version.Properties["jobName"],
        (_, "source_path") => (string?)row.Version.Properties["properties"]?[ModelFields.Source],
        (_, "creation_timestamp") => (double)row.Version.Created.ToUnixTimeMilliseconds(),
        (_, "last_updated_timestamp") => (double)row.Version.Modified.ToUnixTimeMilliseconds(),
        _ => null,
    };
}
