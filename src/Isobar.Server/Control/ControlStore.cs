using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.MultiCloud.State;
using Isobar.Server.Cluster;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Control;

/// <summary>What the control plane remembers, among the engine's documents.</summary>
internal sealed class ControlStore([FromKeyedServices(ClusterRegistration.Shared)] IStateStore state) : IControlStore
{
    public async Task<Stored<T>?> GetAsync<T>(Kind<T> kind, string id, CancellationToken ct) where T : class =>
        await state.GetAsync(Of(kind), id, ct).ConfigureAwait(false) is { } found ? Shown(found) : null;

    public async Task<Stored<T>> PutAsync<T>(Kind<T> kind, string id, T value, CancellationToken ct) where T : class => Shown(await state.PutAsync(Of(kind), id, value, ct).ConfigureAwait(false));

    public async Task<Result<Stored<T>>> WriteAsync<T>(Kind<T> kind, string id, T value, long expected, CancellationToken ct) where T : class
    {
        var written = expected == 0 ? await state.InsertAsync(Of(kind), id, value, ct).ConfigureAwait(false) : await state.UpdateAsync(Of(kind), id, value, expected, ct).ConfigureAwait(false);
        return written.Error is { Code: ErrorCode.AlreadyExists } or { Code: ErrorCode.NotFound } ? new Error(ErrorCode.Aborted, $"{id} was changed by another writer; read it again.") : written.Map(Shown);
    }

    public async Task<Result<Stored<T>>> ChangeAsync<T>(Kind<T> kind, string id, Func<T, Result<T>> change, CancellationToken ct) where T : class =>
        (await state.ChangeAsync(Of(kind), id, change, ct).ConfigureAwait(false)).Map(Shown);

    public Task<bool> DeleteAsync<T>(Kind<T> kind, string id, CancellationToken ct) where T : class => state.DeleteAsync(Of(kind), id, ct);

    public async Task<IReadOnlyList<Stored<T>>> ListAsync<T>(Kind<T> kind, string prefix, CancellationToken ct) where T : class =>
        [.. (await state.ListAsync(Of(kind), prefix, ct).ConfigureAwait(false)).Select(Shown)];

    private static Collection<T> Of<T>(Kind<T> kind) where T : class => new(kind.Name, kind.Json);

    private static Stored<T> Shown<T>(Document<T> document) where T : class => new(document.Id, document.Value, document.Version, document.Updated);
}
