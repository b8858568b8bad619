using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.TrainingPipelines;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Models;

/// <summary>New models and new versions of them, however they come about: uploaded, copied or trained.</summary>
internal sealed class ModelUploads(ModelStore models, NameLocks locks, TimeProvider time)
{
    /// <summary>Stores a model as the next version of its name; aliases are taken from where they were.</summary>
    /// <param name="name">The model's.</param>
    /// <param name="asVersion">Whether the model must be there already; otherwise it must not.</param>
    public async Task<Model> AddAsync(ResourceName name, bool asVersion, Model model, CancellationToken ct)
    {
        using var held = await locks.EnterAsync(name.ToString(), ct).ConfigureAwait(false);
        var versions = await models.VersionsAsync(name, ct).ConfigureAwait(false);
        if (asVersion && versions.Count == 0) throw Faults.NotFound(name.ToString());
        if (!asVersion && versions.Count > 0) throw Faults.Of(new(Core.Results.ErrorCode.AlreadyExists, $"The model {name} exists already; name it as parent_model to upload a version of it."));
        await models.SpecAsync(model, ct).ConfigureAwait(false);
        var now = time.GetUtcNow().ToTimestamp();
        model.Name = name.ToString();
        model.VersionId = (versions.Count == 0 ? 1 : int.Parse(versions[^1].Value.VersionId, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        model.CreateTime = versions.Count == 0 ? now : versions[0].Value.CreateTime;
        (model.UpdateTime, model.VersionCreateTime, model.VersionUpdateTime, model.Etag) = (now, now, now, Tag(now));
        // Forecasts are made in batches alone.
        if (model.SupportedDeploymentResourcesTypes.Count == 0 && !ForecastKind.Made(model)) model.SupportedDeploymentResourcesTypes.Add([Model.Types.DeploymentResourcesType.DedicatedResources, Model.Types.DeploymentResourcesType.AutomaticResources]);
        if (model.SupportedExportFormats.Count == 0) model.SupportedExportFormats.Add(new Model.Types.ExportFormat { Id = ModelExport.Format, ExportableContents = { Model.Types.ExportFormat.Types.ExportableContent.Artifact } });
        if (versions.Count == 0 && !model.VersionAliases.Contains(ModelStore.Default)) model.VersionAliases.Add(ModelStore.Default);
        await TakeAliasesAsync(versions, model.VersionAliases, ct).ConfigureAwait(false);
        await models.PutAsync(model, ct).ConfigureAwait(false);
        return model;
    }

    /// <summary>Takes aliases away from versions: each stands for one.</summary>
    public async Task TakeAliasesAsync(IReadOnlyList<Stored<Model>> versions, IReadOnlyCollection<string> aliases, CancellationToken ct)
    {
        foreach (var version in versions)
        {
            var kept = version.Value.VersionAliases.Except(aliases).ToList();
            if (kept.Count == version.Value.VersionAliases.Count) continue;
            version.Value.VersionAliases.Clear();
            version.Value.VersionAliases.Add(kept);
            await models.PutAsync(version.Value, ct).ConfigureAwait(false);
        }
    }

    public static string Tag(Timestamp time) => Convert.ToBase64String(BitConverter.GetBytes(time.ToDateTimeOffset().UtcTicks));
}
