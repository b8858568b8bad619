using System.Xml.Linq;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;

namespace Isobar.Azure.Blobs.Access;

/// <summary>What a policy of a container says in place of the signature that names it.</summary>
internal sealed record AccessPolicy(string Start, string Expiry, string Permission);

/// <summary>The policies that a container keeps for signatures to name.</summary>
internal static class AccessPolicies
{
    public const string Attachment = "azure.policies";
    private const int Most = 5, LongestId = 64;

    public static XElement Checked(XElement policies)
    {
        var ids = policies.Elements("SignedIdentifier").Select(i => i.Element("Id")?.Value ?? "").ToList();
        if (policies.Name.LocalName != "SignedIdentifiers" || ids.Count > Most) throw new StorageFault(400, "InvalidXmlDocument", $"A container has at most {Most} SignedIdentifier elements in SignedIdentifiers.");
        if (ids.Find(i => i.Length is 0 or > LongestId) is { } bad) throw new StorageFault(400, "InvalidXmlNodeValue", $"The Id '{bad}' must have 1 to {LongestId} characters.");
        if (ids.Distinct().Count() < ids.Count) throw new StorageFault(400, "InvalidXmlNodeValue", "Two policies have the same Id.");
        return policies;
    }

    public static AccessPolicy? Find(Bucket bucket, string id)
    {
        if (!bucket.Attachments.TryGetValue(Attachment, out var kept)) return null;
        var policy = XElement.Parse(kept).Elements("SignedIdentifier").FirstOrDefault(i => i.Element("Id")?.Value == id)?.Element("AccessPolicy");
        return policy is null ? null : new AccessPolicy(Text("Start"), Text("Expiry"), Text("Permission"));

        string Text(string name) => policy.Element(name)?.Value ?? "";
    }
}
