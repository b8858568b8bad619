using System.Collections;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Protocols;

/// <summary>The <c>read_mask</c> of lists and of single resources: only what it names is answered.</summary>
internal static class ReadMasks
{
    private const string MaskField = "read_mask", PageField = "next_page_token";

    public static IMessage Apply(IMessage request, IMessage response)
    {
        if (request.Descriptor.FindFieldByName(MaskField)?.Accessor.GetValue(request) is not FieldMask { Paths.Count: > 0 } mask || mask.Paths is ["*"]) return response;
        if (response.Descriptor.FindFieldByName(PageField) is null) return Cut(mask, response);
        var field = response.Descriptor.Fields.InFieldNumberOrder().First(f => f.IsRepeated && f.FieldType == FieldType.Message);
        var list = (IList)field.Accessor.GetValue(response);
        for (var i = 0; i < list.Count; i++) list[i] = Cut(mask, (IMessage)list[i]!);
        return response;
    }

    private static IMessage Cut(FieldMask mask, IMessage resource)
    {
        var named = new FieldMask { Paths = { mask.Paths.Select(Snake) } };
        if (named.Paths.FirstOrDefault(p => !FieldMask.IsValid(resource.Descriptor, p)) is { } wrong) throw Faults.Invalid(MaskField, wrong, $"a path of fields of {resource.Descriptor.Name}");
        var cut = (IMessage)Activator.CreateInstance(resource.GetType())!;
        named.Merge(resource, cut);
        return cut;
    }

    // In a query a mask stands as JSON has it, in camel case, and transcoding passes it on as it stands.
    private static string Snake(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
}
