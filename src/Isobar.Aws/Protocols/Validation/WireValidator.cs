using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Isobar.Aws.Protocols.Validation;

/// <summary>Checks a request against the constraints of its record and reports every fault in AWS's words.</summary>
internal static class WireValidator
{
    private static readonly ConcurrentDictionary<Type, Member[]> Members = new();

    /// <summary>All faults of the request, depth first; empty when it is valid.</summary>
    public static IReadOnlyList<string> Check(object request)
    {
        var faults = new List<string>();
        CheckRecord(request, "", faults);
        return faults;
    }

    /// <summary>The sentence that a ValidationException carries.</summary>
    public static string Message(IReadOnlyList<string> faults) =>
        $"{faults.Count} validation error{(faults.Count == 1 ? "" : "s")} detected: {string.Join("; ", faults)}";

    private static void CheckRecord(object record, string path, List<string> faults)
    {
        foreach (var member in Members.GetOrAdd(record.GetType(), MembersOf))
        {
            var at = path + member.Path;
            var value = member.Get(record);
            if (value is null)
            {
                if (member.Required) faults.Add($"Value null at '{at}' failed to satisfy constraint: Member must not be null");
                continue;
            }
            CheckConstraints(member, value, at, faults);
            CheckInside(value, at, faults);
        }
    }

    private static void CheckConstraints(Member member, object value, string at, List<string> faults)
    {
        foreach (var group in member.Constraints)
        {
            var found = new List<string>();
            foreach (var part in PartsOf(value, group.Key))
            {
                foreach (var constraint in group) constraint.Check(part, found);
            }
            if (group.Key == On.Member) faults.AddRange(found.Select(f => $"Value '{Show(value)}' at '{at}' failed to satisfy constraint: {f}"));
            else if (found.Count > 0) faults.Add($"Value '{Show(value)}' at '{at}' failed to satisfy constraint: {Holder(value, group.Key)} must satisfy constraint: [{string.Join(", ", group.SelectMany(AllOf))}]");
        }

        IEnumerable<string> AllOf(ConstraintAttribute constraint)
        {
            var wording = new List<string>();
            foreach (var part in PartsOf(value, constraint.On)) constraint.Check(part, wording);
            return wording.Distinct();
        }
    }

    private static IEnumerable<object> PartsOf(object value, On on) => (on, value) switch
    {
        (On.Items, IDictionary map) => map.Values.OfType<object>(),
        (On.Items, IEnumerable list) => list.OfType<object>(),
        (On.Keys, IDictionary map) => map.Keys.OfType<object>(),
        _ => [value],
    };

    private static string Holder(object value, On on) => on == On.Keys ? "Map keys" : value is IDictionary ? "Map value" : "Member";

    private static void CheckInside(object value, string at, List<string> faults)
    {
        switch (value)
        {
            case string or ValueType or byte[]:
                break;
            case IDictionary map:
                foreach (var key in map.Keys)
                {
                    if (map[key] is { } inside and not string) CheckInside(inside, $"{at}.{key}.member", faults);
                }
                break;
            case IEnumerable list:
                var number = 0;
                foreach (var item in list)
                {
                    number++;
                    if (item is not null and not string) CheckInside(item, $"{at}.{number}.member", faults);
                }
                break;
            default:
                CheckRecord(value, at + ".", faults);
                break;
        }
    }

    /// <summary>Values as AWS prints them: lists in brackets, records by their fields.</summary>
    private static string Show(object value) => value switch
    {
        string text => text,
        IDictionary map => "{" + string.Join(", ", map.Keys.Cast<object>().Select(k => $"{k}={map[k]}")) + "}",
        IEnumerable list => "[" + string.Join(", ", list.Cast<object>()) + "]",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static Member[] MembersOf(Type type) =>
        type.Namespace?.StartsWith("Isobar", StringComparison.Ordinal) != true ? [] :
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetIndexParameters().Length == 0 && p.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .Select(p => new Member(
                PathOf(p),
                p.GetCustomAttribute<RequiredAttribute>() is not null,
                p.GetCustomAttributes<ConstraintAttribute>().ToLookup(c => c.On),
                p.GetValue))];

    private static string PathOf(PropertyInfo property)
    {
        var name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? property.Name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private sealed record Member(string Path, bool Required, ILookup<On, ConstraintAttribute> Constraints, Func<object, object?> Get);
}
