using System.Globalization;
using System.Text.Json.Nodes;

namespace Isobar.Engine.Pipelines;

/// <summary>Makes a loop's inner steps, once for each item.</summary>
internal static class LoopExpansion
{
    public static IReadOnlyList<StepRun> Of(PipelineStep loop, JsonArray items)
    {
        var inner = loop.Steps.Select(s => s.Name).ToHashSet();
        var runs = new List<StepRun>();
        for (var i = 0; i < items.Count; i++)
        {
            string Own(string name) => inner.Contains(name) ? Name(name, i) : name;
            // An item waits for one that came before it when the loop bounds how many run at a time.
            IEnumerable<string> turn = loop.MaxParallel > 0 && i >= loop.MaxParallel ? loop.Steps.Select(s => Name(s.Name, i - loop.MaxParallel)) : [];
            foreach (var step in loop.Steps)
            {
                runs.Add(new StepRun
                {
                    Loop = loop.Name,
                    Step = step with
                    {
                        Name = Name(step.Name, i),
                        DependsOn = [.. step.DependsOn.Select(Own), .. turn],
                        Guards = [.. step.Guards.Select(g => g with { Condition = Own(g.Condition) })],
                        Arguments = Put(step.Arguments, items[i], Own),
                        // Inner loops keep references of their own to this item.
                        Steps = [.. step.Steps.Select(s => s with { Name = Name(s.Name, i) })],
                    },
                });
            }
        }
        return runs;
    }

    private static string Name(string name, int item) => string.Create(CultureInfo.InvariantCulture, $"{name}-{item}");

    private static JsonNode? Put(JsonNode? node, JsonNode? item, Func<string, string> own)
    {
        switch (node)
        {
            case JsonObject { Count: 1 } o when o["$ref"] is JsonArray path && path[0]!.GetValue<string>() == "item":
                return path.Count == 1 ? item?.DeepClone() : Expressions.Resolve(Expressions.Ref([.. path.Select(p => p!.GetValue<string>())]), new JsonObject { ["item"] = item?.DeepClone() }).TryGet(out var found, out _) ? found : null;
            case JsonObject { Count: 1 } o when o["$ref"] is JsonArray path && path.Count > 1 && path[0]!.GetValue<string>() == "steps":
                return Expressions.Ref([.. path.Select((p, i) => i == 1 ? own(p!.GetValue<string>()) : p!.GetValue<string>())]);
            case JsonObject o:
                return new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Put(p.Value, item, own))));
            case JsonArray a:
                return new JsonArray([.. a.Select(e => Put(e, item, own))]);
            default:
                return node?.DeepClone();
        }
    }
}
