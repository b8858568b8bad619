using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;

namespace Isobar.Google.VertexAi.Resources;

/// <summary>Updates by field mask.</summary>
internal static class FieldMasks
{
    /// <summary>Holds an update to the state that its sender has read.</summary>
    /// <param name="given">The etag that the update carries; without one it overwrites whatever there is.</param>
    /// <param name="current">The resource's own.</param>
    public static void CheckEtag(string given, string current)
    {
        if (given.Length > 0 && given != current) throw Faults.Of(new Error(ErrorCode.Aborted, $"The etag '{given}' is not the resource's: it has changed meanwhile."));
    }

    /// <summary>Lays the named fields of one message over another.</summary>
    /// <param name="allowed">The fields that may be changed, in snake case.</param>
    public static void Merge<T>(FieldMask? mask, T from, T into, IReadOnlyCollection<string> allowed) where T : IMessage<T>
    {
        if (mask is not { Paths.Count: > 0 }) throw Faults.Required("update_mask");
        foreach (var path in mask.Paths)
        {
            var field = into.Descriptor.Fields.InFieldNumberOrder().FirstOrDefault(f => f.Name == path || f.JsonName == path);
            if (field is null || !allowed.Contains(field.Name)) throw Faults.Invalid("update_mask", path, $"fields that can be changed are {string.Join(", ", allowed)}");
            // A repeated field and a map are replaced whole, as is all else.
            field.Accessor.Clear(into);
            if (field.IsMap)
            {
                var target = (System.Collections.IDictionary)field.Accessor.GetValue(into);
                foreach (System.Collections.DictionaryEntry entry in (System.Collections.IDictionary)field.Accessor.GetValue(from)) target.Add(entry.Key, entry.Value);
            }
            else if (field.IsRepeated)
            {
                var target = (System.Collections.IList)field.Accessor.GetValue(into);
                foreach (var item in (System.Collections.IList)field.Accessor.GetValue(from)) target.Add(item);
            }
            else
            {
                field.Accessor.SetValue(into, field.Accessor.GetValue(from));
            }
        }
    }
}
