using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Aws.SageMaker.Resources;

/// <summary>The stored resources of one kind, by account, region and name.</summary>
/// <param name="kind">As ARNs have it, such as <c>training-job</c>.</param>
internal sealed class ResourceTable<T>(IStateStore state, TimeProvider time, ResourceTags tags, string kind) where T : class
{
    private readonly Collection<Stored<T>> _collection = new($"aws.sagemaker.{kind}", SageMakerJson.Of<Stored<T>>());

    private readonly NameLocks _locks = new();

    /// <summary>Holds off other creations of this name until disposed.</summary>
    public Task<IDisposable> LockAsync(AwsCaller caller, string name, CancellationToken ct) => _locks.EnterAsync(Key(caller, name), ct);

    public string Arn(AwsCaller caller, string name) => SageMakerIds.Arn(caller, kind, name);

    public async Task<Stored<T>?> GetAsync(AwsCaller caller, string name, CancellationToken ct) => (await state.GetAsync(_collection, Key(caller, name), ct))?.Value;

    public async Task<IReadOnlyList<Stored<T>>> ListAsync(AwsCaller caller, CancellationToken ct) =>
        [.. (await state.ListAsync(_collection, Key(caller, ""), ct)).Select(d => d.Value)];

    /// <summary>Stores a new resource with its tags; <see cref="ErrorCode.AlreadyExists"/>.</summary>
    public async Task<Result<Stored<T>>> CreateAsync(AwsCaller caller, string name, T request, IReadOnlyList<Tag>? given, CancellationToken ct, IReadOnlyDictionary<string, string>? facts = null)
    {
        var now = time.GetUtcNow();
        var stored = new Stored<T>(name, Arn(caller, name), caller.Account, caller.Region, request, now, now, facts);
        var inserted = await state.InsertAsync(_collection, Key(caller, name), stored, ct);
        if (!inserted.TryGet(out _, out var error)) return error;
        if (given is { Count: > 0 }) await tags.AddAsync(stored.Arn, given, ct);
        return stored;
    }

    public async Task<Result<Stored<T>>> ChangeAsync(AwsCaller caller, string name, Func<Stored<T>, Result<Stored<T>>> change, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var changed = await state.ChangeAsync(_collection, Key(caller, name), s => change(s).Map(c => c with { Modified = now }), ct);
        return changed.Map(d => d.Value);
    }

    public async Task<bool> DeleteAsync(AwsCaller caller, string name, CancellationToken ct)
    {
        var gone = await state.DeleteAsync(_collection, Key(caller, name), ct);
        if (gone) await tags.ForgetAsync(Arn(caller, name), ct);
        return gone;
    }

    private static string Key(AwsCaller caller, string name) => $"{caller.Account}/{caller.Region}/{name}";
}
