using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Index tags: set, read, and blobs found by them.</summary>
internal sealed partial class BlobTags(IObjectStore objects, BlobOperations blobs)
{
    private const int MostTags = 10, MostResults = 5000;

    public async Task SetAsync(HttpContext http, BlobTarget target)
    {
        var info = await blobs.WritableAsync(http, target, mustExist: true).ConfigureAwait(false);
        var set = await StorageXml.ReadAsync(http).ConfigureAwait(false);
        var tags = new Dictionary<string, string>();
        foreach (var tag in set.Descendants("Tag"))
            if (!tags.TryAdd(tag.Element("Key")?.Value ?? "", tag.Element("Value")?.Value ?? "")) throw new StorageFault(400, "InvalidTag", $"The tag '{tag.Element("Key")?.Value}' is given twice.");
        Checked(tags);
        // Tags have no part in the ETag.
        var changed = await objects.ChangeAsync(target.StoreBucket, target.StoreKey, info!.VersionId, o => o with { Tags = tags }, http.RequestAborted).ConfigureAwait(false);
        if (changed.Error is { } error) throw StorageFault.Of(error);
        http.Response.StatusCode = 204;
    }

    public async Task GetAsync(HttpContext http, BlobTarget target)
    {
        var info = await blobs.FindAsync(http, target).ConfigureAwait(false);
        BlobConditions.Check(http.Request, info);
        await StorageXml.WriteAsync(http, new XElement("Tags", Show(info.Tags))).ConfigureAwait(false);
    }

    /// <summary>Finds the blobs of an account, or of one container, whose tags are as asked for.</summary>
    public async Task FindAsync(HttpContext http, BlobTarget target)
    {
        var query = http.Request.Query;
        if (query["where"].ToString() is not { Length: > 0 } where) throw StorageFault.Query("where", "", "an expression such as \"name\" = 'value'");
        var limit = MostResults;
        if (query["maxresults"].ToString() is { Length: > 0 } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1)) throw StorageFault.Query("maxresults", text, "a number from 1");
        limit = Math.Min(limit, MostResults);
        var expression = TagExpression.Parse(where, "where");
        var marker = Marker(query["marker"].ToString());
        var (found, next) = (new List<XElement>(), "");
        var account = target.Account + ".";
        foreach (var bucket in (await objects.ListBucketsAsync(BlobNames.Realm, http.RequestAborted).ConfigureAwait(false)).Where(b => b.Name.Name.StartsWith(account, StringComparison.Ordinal)))
        {
            var container = bucket.Name.Name[account.Length..];
            if (target.Container.Length > 0 && container != target.Container) continue;
            for (string? more = null; next.Length == 0;)
            {
                var listed = await objects.ListAsync(bucket.Name, new ObjectQuery(Continue: more), http.RequestAborted).ConfigureAwait(false);
                if (!listed.IsOk) break;
                foreach (var info in listed.Value.Objects.Where(o => o.Tags.Count > 0 && expression.Holds(o.Tags, container)))
                {
                    var place = $"{container}\n{info.Key}";
                    if (marker.Length > 0 && string.CompareOrdinal(place, marker) < 0) continue;
                    if (found.Count == limit)
                    {
                        next = place;
                        break;
                    }
                    found.Add(new XElement("Blob", new XElement("Name", info.Key), new XElement("ContainerName", container), new XElement("Tags", Show(info.Tags))));
                }
                if ((more = listed.Value.Next) is null) break;
            }
        }
        await StorageXml.WriteAsync(http, new XElement("EnumerationResults", new XAttribute("ServiceEndpoint", ContainerOperations.Endpoint(http, target)), new XElement("Where", where), new XElement("Blobs", found), new XElement("NextMarker", Convert.ToBase64String(Encoding.UTF8.GetBytes(next))))).ConfigureAwait(false);
    }

    // A line break comes before all that a container's name may have: places are in the order of containers, then of names.
    private static string Marker(string given)
    {
        var place = new byte[given.Length];
        return Convert.TryFromBase64String(given, place, out var length) ? Encoding.UTF8.GetString(place, 0, length) : throw StorageFault.Query("marker", given, "the NextMarker of a listing");
    }

    public static XElement Show(IReadOnlyDictionary<string, string> tags) =>
        new("TagSet", tags.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new XElement("Tag", new XElement("Key", t.Key), new XElement("Value", t.Value))));

    public static Dictionary<string, string> Checked(Dictionary<string, string> tags)
    {
        if (tags.Count > MostTags) throw new StorageFault(400, "InvalidTag", $"A blob has at most {MostTags} tags; {tags.Count} were given.");
        foreach (var (key, value) in tags)
            if (!Keys().IsMatch(key) || !Values().IsMatch(value)) throw new StorageFault(400, "InvalidTag", $"The tag '{key}' = '{value}': a name has 1 to 128 and a value at most 256 letters, digits, spaces and + - . / : = _");
        return tags;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9 +\-./:=_]{1,128}$")]
    private static partial Regex Keys();

    [GeneratedRegex(@"^[a-zA-Z0-9 +\-./:=_]{0,256}$")]
    private static partial Regex Values();
}
