using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.TrainingPipelines;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Models;

/// <summary>Models by version: <c>…/models/ID@3</c>, with aliases of which one is <c>default</c>.</summary>
internal sealed class ModelStore(IStateStore state, IObjectStore objects)
{
    public const string Models = "models", Default = "default";
    private readonly ResourceTable<Model> _versions = new(state, Models);

    public async Task<IReadOnlyList<Stored<Model>>> VersionsAsync(ResourceName name, CancellationToken ct) =>
        [.. (await _versions.ListAsync($"{name}@", ct).ConfigureAwait(false)).OrderBy(v => int.Parse(v.Value.VersionId, System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Finds <c>…/models/ID</c>, <c>…@version</c> or <c>…@alias</c>.</summary>
    public async Task<Stored<Model>> FindAsync(string text, CancellationToken ct, string field = "name")
    {
        var (name, version) = Split(text, field);
        var versions = await VersionsAsync(name, ct).ConfigureAwait(false);
        return versions.FirstOrDefault(v => v.Value.VersionId == version || v.Value.VersionAliases.Contains(version)) ?? throw Faults.NotFound(text);
    }

    /// <summary>The default version of each model.</summary>
    public async Task<IReadOnlyList<Stored<Model>>> DefaultsAsync(string parent, CancellationToken ct) =>
        [.. (await _versions.ListAsync($"{parent}/{Models}/", ct).ConfigureAwait(false)).Where(v => v.Value.VersionAliases.Contains(Default))];

    public Task PutAsync(Model model, CancellationToken ct) => _versions.PutAsync($"{model.Name}@{model.VersionId}", model, ct);

    public Task DeleteAsync(Model model, CancellationToken ct) => _versions.DeleteAsync($"{model.Name}@{model.VersionId}", ct);

    public static (ResourceName Name, string Version) Split(string text, string field = "name")
    {
        var at = text.LastIndexOf('@');
        return (ResourceName.Parse(at < 0 ? text : text[..at], Models, field), at < 0 ? Default : text[(at + 1)..]);
    }

    /// <summary>What the engine runs for a model.</summary>
    public async Task<ModelSpec> SpecAsync(Model model, CancellationToken ct)
    {
        var container = model.ContainerSpec ?? new ModelContainerSpec();
        var environment = container.Env.ToDictionary(e => e.Name, e => e.Value);
        if (container.Command.Count > 0)
        {
            var program = new ScriptModelProgram([.. container.Command, .. container.Args]) { PingPath = Route(container.HealthRoute, "health_route", "/ping"), InvokePath = Route(container.PredictRoute, "predict_route", "/invocations") };
            // What Vertex AI tells a container; what the model's own variables say goes before.
            foreach (var (name, value) in new[] { ("AIP_HTTP_PORT", "{port}"), ("AIP_HEALTH_ROUTE", program.PingPath), ("AIP_PREDICT_ROUTE", program.InvokePath), ("AIP_STORAGE_URI", model.ArtifactUri), ("AIP_MODE", "PREDICTION") }) environment.TryAdd(name, value);
            return new ModelSpec { Name = model.DisplayName, Program = program, Artifact = model.ArtifactUri.Length > 0 ? await ArtifactAsync(model.ArtifactUri, ct).ConfigureAwait(false) : null, Environment = environment };
        }
        // AutoML's models have no address: their artifact is the training pipeline's.
        if (AutoMlTask.Made(model))
            return new ModelSpec { Name = model.DisplayName, Program = new OnnxProgram(AutoMlCodecFactory.CodecName), Artifact = ManagedStorage.Artifact(model.TrainingPipeline), Environment = AutoMlCodecFactory.Settings(model) };
        if (model.ArtifactUri.Length == 0) throw Faults.Precondition($"The model {model.Name} has neither an artifact_uri nor a container_spec.command: there is nothing to run.");
        return new ModelSpec { Name = model.DisplayName, Program = new OnnxProgram(), Artifact = await ArtifactAsync(model.ArtifactUri, ct).ConfigureAwait(false), Environment = environment };
    }

    // Vertex AI's own defaults hold the ids of the endpoint and of the deployed model: a server has them from its environment alone.
    private static string Route(string route, string field, string otherwise) =>
        route.Length == 0 ? otherwise : route[0] == '/' ? route : throw Faults.Invalid($"model.container_spec.{field}", route, "a path that begins with a slash");

    /// <summary>An artifact URI names a folder; the object in it is the archive or the graph.</summary>
    private async Task<ObjectLocation> ArtifactAsync(string uri, CancellationToken ct)
    {
        var folder = Gcs.Parse(uri, "model.artifact_uri");
        foreach (var at in new[] { folder, folder.Below("model.tar.gz"), folder.Below("model.onnx") })
        {
            if (at.Key.Length > 0 && (await objects.HeadAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).TryGet(out var found, out _) && found.Size > 0) return at;
        }
        throw Faults.Precondition($"Below {uri} there is neither model.tar.gz nor model.onnx: only ONNX models, and servers of one's own by container_spec.command, run here.");
    }
}
