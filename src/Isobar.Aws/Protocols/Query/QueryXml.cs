using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Xml.Linq;

namespace Isobar.Aws.Protocols.Query;

/// <summary>Writes replies as the query protocol's XML: lists as <c>member</c>, maps as <c>entry</c>, times in ISO 8601.</summary>
internal static class QueryXml
{
    public static XElement Reply(string operation, string xmlNamespace, string requestId, object reply, JsonTypeInfo type)
    {
        XNamespace ns = xmlNamespace;
        var root = new XElement(ns + (operation + "Response"));
        if (reply is not NoReply) root.Add(new XElement(ns + (operation + "Result"), Members(ns, reply, type)));
        root.Add(new XElement(ns + "ResponseMetadata", new XElement(ns + "RequestId", requestId)));
        return root;
    }

    public static XElement Error(string xmlNamespace, string requestId, AwsError error)
    {
        XNamespace ns = xmlNamespace;
        return new(ns + "ErrorResponse",
            new XElement(ns + "Error",
                new XElement(ns + "Type", error.IsSender ? "Sender" : "Receiver"),
                new XElement(ns + "Code", error.Code),
                new XElement(ns + "Message", error.Message)),
            new XElement(ns + "RequestId", requestId));
    }

    private static IEnumerable<XElement> Members(XNamespace ns, object value, JsonTypeInfo type) =>
        from property in type.Properties
        let member = property.Get?.Invoke(value)
        where member is not null
        select new XElement(ns + property.Name, Content(ns, member, type.Options));

    private static object? Content(XNamespace ns, object value, JsonSerializerOptions options) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        byte[] bytes => Convert.ToBase64String(bytes),
        DateTimeOffset time => Iso(time),
        IDictionary map => map.Keys.Cast<object>().Select(k => new XElement(ns + "entry", new XElement(ns + "key", k), new XElement(ns + "value", Content(ns, map[k] ?? "", options)))).ToArray(),
        IEnumerable list => list.Cast<object>().Select(item => new XElement(ns + "member", Content(ns, item, options))).ToArray(),
        IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
        _ => Members(ns, value, options.GetTypeInfo(value.GetType())).ToArray(),
    };

    private static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString(time.Millisecond == 0 ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
