using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Isobar.Azure.Protocols.Storage;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs.Access;

/// <summary>A shared access signature: which it is, the text that it signs, and what it allows. The text's shape goes by the version that it names.</summary>
internal sealed class SharedAccess(HttpRequest request, BlobTarget target, AccountKeys keys)
{
    private readonly IQueryCollection _query = request.Query;

    public bool IsAccount => Has("ss");

    public bool IsDelegated => Has("skoid");

    /// <summary>The policy of the container that it names; empty: none.</summary>
    public string Policy => this["si"];

    public string this[string name] => _query[name].ToString();

    /// <summary>Refuses what is not signed by the account, is of another resource, or comes too early or too late.</summary>
    /// <param name="policy">What the policy says that it names.</param>
    public string Check(AccessPolicy? policy, DateTimeOffset now)
    {
        if (string.CompareOrdinal(this["sv"], "2015-04-05") < 0) throw Denied($"sv is '{this["sv"]}': a version from 2015-04-05 on is expected.");
        if (Policy.Length > 0 && policy is null) throw Denied($"The container has no policy '{Policy}'.");
        var signatures = Keys().Select(k => Convert.ToBase64String(HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(Text()))));
        if (!signatures.Any(s => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(s), Encoding.UTF8.GetBytes(this["sig"])))) throw Denied("The signature is not that of the account's key over this request.");
        var (start, expiry) = (Or(this["st"], policy?.Start), Or(this["se"], policy?.Expiry));
        if (expiry.Length == 0) throw Denied("The signature names no expiry.");
        if (now > Time("se", expiry)) throw Denied($"Signature not valid in the specified time frame: it expired at {expiry}.");
        if (start.Length > 0 && now < Time("st", start)) throw Denied($"Signature not valid in the specified time frame: it starts at {start}.");
        if (IsDelegated && (now < Time("skt", this["skt"]) || now > Time("ske", this["ske"]))) throw Denied("The user delegation key is not valid now.");
        if (this["spr"] == "https" && !request.IsHttps) throw Denied("The signature is for HTTPS alone.");
        if (IsAccount && !this["ss"].Contains('b')) throw new StorageFault(403, "AuthorizationServiceMismatch", "The signature is for other services.");
        return Or(this["sp"], policy?.Permission);
    }

    private IEnumerable<byte[]> Keys() => IsDelegated ? [keys.Delegated(target.Account, Lent(this["skoid"], this["sktid"], this["skt"], this["ske"], this["sks"], this["skv"]))] : keys.Bytes(target.Account);

    /// <summary>What a user delegation key is known by.</summary>
    public static string Lent(params string[] facts) => string.Join('\n', facts);

    private string Text()
    {
        var version = this["sv"];
        bool From(string date) => string.CompareOrdinal(version, date) >= 0;
        if (IsAccount) return Lines([target.Account, this["sp"], this["ss"], this["srt"], this["st"], this["se"], this["sip"], this["spr"], version, .. From("2020-12-06") ? new[] { this["ses"] } : []]) + "\n";
        // What is signed is the container or the blob that the address names.
        var resource = this["sr"];
        var place = $"/blob/{target.Account}/{target.Container}{(resource is "c" or "d" ? "" : "/" + target.Blob)}";
        string[] who = IsDelegated
            ? [this["skoid"], this["sktid"], this["skt"], this["ske"], this["sks"], this["skv"], .. From("2020-02-10") ? new[] { this["saoid"], this["suoid"], this["scid"] } : [], .. From("2025-07-05") ? new[] { this["skdutid"], this["sduoid"] } : []]
            : [this["si"]];
        string[] what = From("2018-11-09") ? [resource, target.Snapshot, .. From("2020-12-06") ? new[] { this["ses"] } : []] : [];
        string[] bound = IsDelegated && From("2026-04-06") ? [Headers(), Queries()] : [];
        return Lines([this["sp"], this["st"], this["se"], place, .. who, this["sip"], this["spr"], version, .. what, .. bound, this["rscc"], this["rscd"], this["rsce"], this["rscl"], this["rsct"]]);
    }

    // A signature may bind headers and parts of the query, which it names.
    private string Headers() => string.Concat(this["srh"].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => $"{n}:{request.Headers[n]}\n"));

    private string Queries() => string.Concat(this["srq"].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(n => $"\n{n}:{_query[n]}"));

    private static string Lines(string[] parts) => string.Join('\n', parts);

    private static string Or(string own, string? other) => own.Length > 0 ? own : other ?? "";

    private bool Has(string name) => this[name].Length > 0;

    private static DateTimeOffset Time(string name, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw Denied($"{name} is '{text}': a time such as 2030-01-01T00:00:00Z is expected.");

    private static StorageFault Denied(string why) => new(403, "AuthenticationFailed", "Server failed to authenticate the request. " + why);
}
