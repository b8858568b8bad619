using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>A lease as it is kept. Where it stands is read off the clock.</summary>
/// <param name="Seconds">For how long; -1: until it is released.</param>
/// <param name="From">When it was acquired or renewed.</param>
/// <param name="BreaksAt">When it ends because somebody broke it.</param>
internal sealed record StoredLease(string Id, int Seconds, DateTimeOffset From, DateTimeOffset? BreaksAt = null)
{
    public string State(DateTimeOffset now) => BreaksAt is { } end ? now < end ? "breaking" : "broken" : Seconds >= 0 && now >= From.AddSeconds(Seconds) ? "expired" : "leased";
}

/// <summary>A lease as a reader sees it.</summary>
internal sealed record LeaseView(string State, bool IsInfinite)
{
    public static LeaseView None { get; } = new("available", false);

    public bool IsLocked => State is "leased" or "breaking";

    public string Status => IsLocked ? "locked" : "unlocked";

    public void Write(HttpResponse response)
    {
        response.Headers["x-ms-lease-status"] = Status;
        response.Headers["x-ms-lease-state"] = State;
        if (State == "leased") response.Headers["x-ms-lease-duration"] = IsInfinite ? "infinite" : "fixed";
    }
}

/// <summary>Leases of containers and blobs.</summary>
internal sealed class BlobLeases(IStateStore state, TimeProvider time)
{
    public const string Header = "x-ms-lease-id";
    private static readonly Collection<StoredLease> Collection = new("azure.blob.leases", LeaseJson.Default.StoredLease);

    public async Task<(StoredLease? Lease, LeaseView View)> ReadAsync(BlobTarget target, CancellationToken ct)
    {
        if ((await state.GetAsync(Collection, Key(target), ct).ConfigureAwait(false))?.Value is not { } lease) return (null, LeaseView.None);
        return (lease, new LeaseView(lease.State(time.GetUtcNow()), lease.Seconds < 0));
    }

    /// <summary>The leases of a container's blobs, by the blob's name.</summary>
    public async Task<Func<string, LeaseView>> AllAsync(BlobTarget container, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var all = (await state.ListAsync(Collection, Key(container with { Blob = "" }), ct).ConfigureAwait(false)).ToDictionary(d => d.Id, d => new LeaseView(d.Value.State(now), d.Value.Seconds < 0));
        return blob => all.Count > 0 && all.TryGetValue(Key(container with { Blob = blob }), out var view) ? view : LeaseView.None;
    }

    public Task PutAsync(BlobTarget target, StoredLease lease, CancellationToken ct) => state.PutAsync(Collection, Key(target), lease, ct);

    public Task DropAsync(BlobTarget target) => state.DeleteAsync(Collection, Key(target), CancellationToken.None);

    /// <summary>Drops the leases of a container and of all that lay in it.</summary>
    public async Task DropAllAsync(BlobTarget container)
    {
        foreach (var lease in await state.ListAsync(Collection, Key(container with { Blob = "" })).ConfigureAwait(false)) await state.DeleteAsync(Collection, lease.Id).ConfigureAwait(false);
    }

    /// <summary>Refuses a change of what somebody else has leased, and a reader whose lease is another.</summary>
    public async Task<LeaseView> CheckAsync(HttpContext http, BlobTarget target, bool isWrite)
    {
        var (lease, view) = await ReadAsync(target, http.RequestAborted).ConfigureAwait(false);
        var given = http.Request.Headers[Header].ToString();
        var noun = target.Blob.Length > 0 ? "Blob" : "Container";
        if (given.Length == 0)
        {
            if (isWrite && view.IsLocked) throw new StorageFault(412, "LeaseIdMissing", $"The {noun.ToLowerInvariant()} is leased, and {Header} is missing.");
            // Who changes what nobody holds any more ends the old lease for good.
            if (isWrite && view.State == "expired") await DropAsync(target).ConfigureAwait(false);
            return view;
        }
        if (lease is null) throw new StorageFault(412, $"LeaseNotPresentWith{noun}Operation", $"The {noun.ToLowerInvariant()} has no lease.");
        if (!lease.Id.Equals(given, StringComparison.OrdinalIgnoreCase)) throw new StorageFault(412, $"LeaseIdMismatchWith{noun}Operation", "The lease is another.");
        return view.IsLocked ? view : throw new StorageFault(412, "LeaseLost", $"The lease is {view.State}.");
    }

    // Names of blobs may be longer than a document's id.
    private static string Key(BlobTarget target) => $"{target.Account}/{target.Container}/{(target.Blob.Length > 0 ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target.Blob))) : "")}";
}

[JsonSerializable(typeof(StoredLease))]
internal sealed partial class LeaseJson : JsonSerializerContext;
