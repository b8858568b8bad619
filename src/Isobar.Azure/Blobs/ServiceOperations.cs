using System.Globalization;
using System.Text.Json.Serialization;
using System.Xml.Linq;
using Isobar.Azure.Blobs.Access;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Protocols.Storage;
using Isobar.Azure.Resources;
using Isobar.Engine.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>The service as the account set it, in XML.</summary>
internal sealed record StoredService(string Xml);

/// <summary>What is asked of an account: its kind, its service's properties, and keys that one is lent.</summary>
internal sealed class ServiceOperations(IStateStore state, AccountKeys keys, TimeProvider time)
{
    private static readonly Collection<StoredService> Collection = new("azure.blob.services", ServiceJson.Default.StoredService);
    private static readonly TimeSpan LongestLoan = TimeSpan.FromDays(7);
    private const string Format = "yyyy-MM-ddTHH:mm:ssZ";

    public static Task DescribeAccountAsync(HttpContext http)
    {
        http.Response.Headers["x-ms-sku-name"] = "Standard_LRS";
        http.Response.Headers["x-ms-account-kind"] = "StorageV2";
        http.Response.Headers["x-ms-is-hns-enabled"] = "false";
        return Task.CompletedTask;
    }

    public async Task GetPropertiesAsync(HttpContext http, BlobTarget target)
    {
        var stored = await state.GetAsync(Collection, target.Account, http.RequestAborted).ConfigureAwait(false);
        await StorageXml.WriteAsync(http, stored is null ? Defaults() : XElement.Parse(stored.Value.Xml)).ConfigureAwait(false);
    }

    /// <summary>Keeps the properties; what the writer leaves out stays as it was.</summary>
    public async Task SetPropertiesAsync(HttpContext http, BlobTarget target)
    {
        var given = await StorageXml.ReadAsync(http).ConfigureAwait(false);
        if (given.Name.LocalName != "StorageServiceProperties") throw new StorageFault(400, "InvalidXmlDocument", "The body must be StorageServiceProperties.");
        var stored = await state.GetAsync(Collection, target.Account, http.RequestAborted).ConfigureAwait(false);
        var kept = stored is null ? Defaults() : XElement.Parse(stored.Value.Xml);
        foreach (var element in given.Elements())
        {
            kept.Element(element.Name)?.Remove();
            kept.Add(element);
        }
        await state.PutAsync(Collection, target.Account, new StoredService(kept.ToString(SaveOptions.DisableFormatting)), http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = 202;
    }

    /// <summary>Lends a key to who has a token, to sign with instead of the account's.</summary>
    public async Task LendKeyAsync(HttpContext http, BlobTarget target)
    {
        var wish = await StorageXml.ReadAsync(http).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var (start, expiry) = (Time(wish, "Start") ?? now, Time(wish, "Expiry") ?? throw new StorageFault(400, "InvalidXmlNodeValue", "KeyInfo has no Expiry."));
        if (expiry <= now || expiry - now > LongestLoan) throw new StorageFault(400, "InvalidXmlNodeValue", $"Expiry must lie within {LongestLoan.TotalDays:0} days from now.");
        var principal = BearerToken.Actor(http.Request.Headers.Authorization.ToString());
        string[] facts = [principal.Name, Subscriptions.Tenant, Shown(start), Shown(expiry), "b", http.Response.Headers["x-ms-version"].ToString()];
        await StorageXml.WriteAsync(http, new XElement("UserDelegationKey",
            new XElement("SignedOid", facts[0]), new XElement("SignedTid", facts[1]), new XElement("SignedStart", facts[2]), new XElement("SignedExpiry", facts[3]), new XElement("SignedService", facts[4]), new XElement("SignedVersion", facts[5]),
            new XElement("Value", Convert.ToBase64String(keys.Delegated(target.Account, SharedAccess.Lent(facts)))))).ConfigureAwait(false);

        static string Shown(DateTimeOffset at) => at.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
    }

    private static DateTimeOffset? Time(XElement wish, string name)
    {
        if (wish.Element(name)?.Value is not { Length: > 0 } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw new StorageFault(400, "InvalidXmlNodeValue", $"{name} is '{text}': a time such as 2030-01-01T00:00:00Z is expected.");
    }

    private static XElement Defaults() => new("StorageServiceProperties",
        new XElement("Logging", new XElement("Version", "1.0"), new XElement("Delete", "false"), new XElement("Read", "false"), new XElement("Write", "false"), Retention()),
        new XElement("HourMetrics", new XElement("Version", "1.0"), new XElement("Enabled", "false"), Retention()),
        new XElement("MinuteMetrics", new XElement("Version", "1.0"), new XElement("Enabled", "false"), Retention()),
        new XElement("Cors"),
        new XElement("DeleteRetentionPolicy", new XElement("Enabled", "false")),
        new XElement("StaticWebsite", new XElement("Enabled", "false")));

    private static XElement Retention() => new("RetentionPolicy", new XElement("Enabled", "false"));
}

[JsonSerializable(typeof(StoredService))]
internal sealed partial class ServiceJson : JsonSerializerContext;
