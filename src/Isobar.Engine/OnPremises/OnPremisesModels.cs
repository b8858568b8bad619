using System.Text.Json.Serialization;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.State;

namespace Isobar.Engine.OnPremises;

/// <summary>A registered model as it is stored.</summary>
internal sealed record OnPremisesModel(string Name, string Bucket, string Key);

/// <summary>Contracts of what is stored here.</summary>
[JsonSerializable(typeof(OnPremisesModel))]
[JsonSerializable(typeof(TrainingOrder))]
internal sealed partial class OnPremisesJson : JsonSerializerContext;

/// <summary>The models of this machine: names for artifacts.</summary>
internal sealed class OnPremisesModels(IStateStore state, IObjectStore objects) : IModels
{
    private static readonly Collection<OnPremisesModel> Models = new("onprem.models", OnPremisesJson.Default.OnPremisesModel);

    public async Task<Result<RegisteredModel>> RegisterAsync(ModelOrder order, CancellationToken ct = default)
    {
        var at = OnPremisesCloud.At(order.Artifact);
        if (!(await objects.HeadAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).TryGet(out _, out var error)) return error;
        return (await state.InsertAsync(Models, order.Name, new OnPremisesModel(order.Name, order.Artifact.Bucket, order.Artifact.Key), ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<RegisteredModel>> GetAsync(string name, CancellationToken ct = default) =>
        await state.GetAsync(Models, name, ct).ConfigureAwait(false) is { } model ? Shown(model) : Missing(name);

    public async Task<Result<IReadOnlyList<RegisteredModel>>> ListAsync(CancellationToken ct = default) =>
        Result<IReadOnlyList<RegisteredModel>>.Ok([.. (await state.ListAsync(Models, "", ct).ConfigureAwait(false)).OrderByDescending(m => m.Created).Select(Shown)]);

    public async Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default) => await state.DeleteAsync(Models, name, ct).ConfigureAwait(false) ? Done.Value : Missing(name);

    /// <summary>What the engine runs for a model: its graph, spoken to in raw values and tensors.</summary>
    public async Task<Result<ModelSpec>> SpecAsync(string name, CancellationToken ct) => (await GetAsync(name, ct).ConfigureAwait(false))
        .Map(m => new ModelSpec { Name = name, Program = new OnnxProgram(), Artifact = OnPremisesCloud.At(m.Artifact!) });

    private static RegisteredModel Shown(Document<OnPremisesModel> model) => new(model.Value.Name, new DataLocation(model.Value.Bucket, model.Value.Key), model.Created);

    private static Error Missing(string name) => Error.NotFound($"The model '{name}'");
}
