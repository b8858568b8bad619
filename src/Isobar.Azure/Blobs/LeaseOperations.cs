using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Acquires, renews, changes, releases and breaks leases.</summary>
internal sealed class LeaseOperations(BlobLeases leases, BlobOperations blobs, ContainerOperations containers, NameLocks locks, TimeProvider time)
{
    private const string Proposed = "x-ms-proposed-lease-id";

    public async Task HandleAsync(HttpContext http, BlobTarget target)
    {
        if (target.Blob.Length > 0)
        {
            var info = await blobs.FindAsync(http, target).ConfigureAwait(false);
            BlobConditions.Check(http.Request, info);
            BlobHeaders.Write(http.Response, info);
        }
        else ContainerOperations.Write(http.Response, await containers.FindAsync(http, target).ConfigureAwait(false));
        using var held = await locks.EnterAsync($"lease {target}", http.RequestAborted).ConfigureAwait(false);
        var (lease, view) = await leases.ReadAsync(target, http.RequestAborted).ConfigureAwait(false);
        var action = http.Request.Headers["x-ms-lease-action"].ToString();
        switch (action.ToLowerInvariant())
        {
            case "acquire": await AcquireAsync(http, target, lease, view).ConfigureAwait(false); break;
            case "renew": await RenewAsync(http, target, Own(http, lease), view).ConfigureAwait(false); break;
            case "change": await ChangeAsync(http, target, lease, view).ConfigureAwait(false); break;
            case "release":
                Own(http, lease);
                await leases.DropAsync(target).ConfigureAwait(false);
                break;
            case "break": await BreakAsync(http, target, lease, view).ConfigureAwait(false); break;
            default: throw StorageFault.Header("x-ms-lease-action", action.Length > 0 ? action : null, "must be acquire, renew, change, release or break");
        }
    }

    private async Task AcquireAsync(HttpContext http, BlobTarget target, StoredLease? lease, LeaseView view)
    {
        if (Number(http, "x-ms-lease-duration") is not { } seconds) throw StorageFault.Header("x-ms-lease-duration", null, "is required: 15 to 60, or -1");
        if (seconds is not (-1 or (>= 15 and <= 60))) throw StorageFault.Header("x-ms-lease-duration", seconds.ToString(CultureInfo.InvariantCulture), "must be 15 to 60 seconds, or -1");
        var id = Id(http, Proposed) ?? Guid.NewGuid().ToString();
        if (view.State == "breaking") throw Conflict(lease!.Id == id ? "LeaseIsBreakingAndCannotBeAcquired" : "LeaseAlreadyPresent", "The lease is being broken.");
        if (view.State == "leased" && lease!.Id != id) throw Conflict("LeaseAlreadyPresent", "Somebody has leased it.");
        await leases.PutAsync(target, new StoredLease(id, seconds, time.GetUtcNow()), http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers[BlobLeases.Header] = id;
        http.Response.StatusCode = 201;
    }

    private async Task RenewAsync(HttpContext http, BlobTarget target, StoredLease lease, LeaseView view)
    {
        if (view.State is "breaking" or "broken") throw Conflict("LeaseIsBrokenAndCannotBeRenewed", $"The lease is {view.State}.");
        await leases.PutAsync(target, lease with { From = time.GetUtcNow() }, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers[BlobLeases.Header] = lease.Id;
    }

    private async Task ChangeAsync(HttpContext http, BlobTarget target, StoredLease? lease, LeaseView view)
    {
        var id = Id(http, Proposed) ?? throw StorageFault.Header(Proposed, null, "is required");
        if (view.State is "breaking") throw Conflict("LeaseIsBreakingAndCannotBeChanged", "The lease is being broken.");
        if (lease is null || view.State != "leased") throw Conflict("LeaseNotPresentWithLeaseOperation", "There is no lease.");
        // Who repeats a change that has come through already is told the same.
        if (lease.Id != id) lease = Own(http, lease) with { Id = id };
        await leases.PutAsync(target, lease, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers[BlobLeases.Header] = id;
    }

    private async Task BreakAsync(HttpContext http, BlobTarget target, StoredLease? lease, LeaseView view)
    {
        if (lease is null) throw Conflict("LeaseNotPresentWithLeaseOperation", "There is no lease.");
        var period = Number(http, "x-ms-lease-break-period");
        if (period is < 0 or > 60) throw StorageFault.Header("x-ms-lease-break-period", period.Value.ToString(CultureInfo.InvariantCulture), "must be 0 to 60 seconds");
        var now = time.GetUtcNow();
        var left = view.State switch
        {
            "leased" => lease.Seconds < 0 ? period ?? 0 : Math.Min(period ?? int.MaxValue, Seconds(lease.From.AddSeconds(lease.Seconds) - now)),
            "breaking" => Math.Min(period ?? int.MaxValue, Seconds(lease.BreaksAt!.Value - now)),
            _ => 0,
        };
        await leases.PutAsync(target, lease with { BreaksAt = now.AddSeconds(left) }, http.RequestAborted).ConfigureAwait(false);
        http.Response.Headers["x-ms-lease-time"] = left.ToString(CultureInfo.InvariantCulture);
        http.Response.StatusCode = 202;

        static int Seconds(TimeSpan span) => Math.Max(0, (int)Math.Ceiling(span.TotalSeconds));
    }

    private static StoredLease Own(HttpContext http, StoredLease? lease)
    {
        var id = Id(http, BlobLeases.Header) ?? throw StorageFault.Header(BlobLeases.Header, null, "is required");
        if (lease is null) throw Conflict("LeaseNotPresentWithLeaseOperation", "There is no lease.");
        return lease.Id == id ? lease : throw Conflict("LeaseIdMismatchWithLeaseOperation", "The lease is another.");
    }

    private static string? Id(HttpContext http, string header)
    {
        if (http.Request.Headers[header].ToString() is not { Length: > 0 } text) return null;
        return Guid.TryParse(text, out var id) ? id.ToString() : throw StorageFault.Header(header, text, "must be a GUID");
    }

    private static int? Number(HttpContext http, string header)
    {
        if (http.Request.Headers[header].ToString() is not { Length: > 0 } text) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw StorageFault.Header(header, text, "must be a whole number");
    }

    private static StorageFault Conflict(string code, string message) => new(409, code, message);
}
