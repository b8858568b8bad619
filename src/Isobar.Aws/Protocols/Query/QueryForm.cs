using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Protocols.Query;

/// <summary>The fields of a query-protocol request: <c>Action</c>, <c>Version</c> and flattened parameters such as <c>Tags.member.1.Key</c>.</summary>
internal sealed class QueryForm(IReadOnlyDictionary<string, string> fields)
{
    public string Action => this["Action"] ?? "";

    public string Version => this["Version"] ?? "";

    public string? this[string field] => fields.GetValueOrDefault(field);

    public static QueryForm Parse(ReadOnlySpan<byte> body)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            var (name, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            fields[WebUtility.UrlDecode(name)] = WebUtility.UrlDecode(value);
        }
        return new(fields);
    }

    public static QueryForm Of(IQueryCollection query) => new(query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal));

    /// <summary>The parameters as a JSON object of the shape that <paramref name="type"/> expects.</summary>
    public JsonObject Bind(JsonTypeInfo type) => (JsonObject)(ReadObject("", type) ?? new JsonObject());

    private JsonObject? ReadObject(string prefix, JsonTypeInfo type)
    {
        var found = new JsonObject();
        foreach (var property in type.Properties)
        {
            if (Read(prefix + property.Name, property.PropertyType, type.Options) is { } value) found[property.Name] = value;
        }
        return found.Count > 0 || prefix.Length == 0 ? found : null;
    }

    private JsonNode? Read(string name, Type type, JsonSerializerOptions options)
    {
        var info = options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => ReadObject(name + ".", info),
            JsonTypeInfoKind.Enumerable => ReadList(name, info.ElementType!, options),
            JsonTypeInfoKind.Dictionary => ReadMap(name, info.ElementType!, options),
            _ => fields.TryGetValue(name, out var text) ? Scalar(text, Nullable.GetUnderlyingType(type) ?? type) : null,
        };
    }

    /// <summary>Lists come as <c>Name.member.1</c>, and flattened as <c>Name.1</c>; an empty list as <c>Name=</c>.</summary>
    private JsonArray? ReadList(string name, Type element, JsonSerializerOptions options)
    {
        foreach (var prefix in (string[])[name + ".member.", name + "."])
        {
            var items = new JsonArray();
            while (Read(prefix + (items.Count + 1).ToString(CultureInfo.InvariantCulture), element, options) is { } item) items.Add(item);
            if (items.Count > 0) return items;
        }
        return fields.ContainsKey(name) ? [] : null;
    }

    private JsonObject? ReadMap(string name, Type element, JsonSerializerOptions options)
    {
        foreach (var prefix in (string[])[name + ".entry.", name + "."])
        {
            var map = new JsonObject();
            for (var i = 1; fields.TryGetValue($"{prefix}{i}.key", out var key); i++) map[key] = Read($"{prefix}{i}.value", element, options);
            if (map.Count > 0) return map;
        }
        return null;
    }

    private static JsonValue Scalar(string text, Type type)
    {
        if (type == typeof(bool) && bool.TryParse(text, out var truth)) return JsonValue.Create(truth);
        if ((type == typeof(int) || type == typeof(long)) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)) return JsonValue.Create(whole);
        if ((type == typeof(double) || type == typeof(float)) && double.TryParse(text, CultureInfo.InvariantCulture, out var number)) return JsonValue.Create(number);
        return JsonValue.Create(text);
    }
}
