using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Pipelines;

namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>Values of a pipeline's parameters in an execution.</summary>
internal static class PipelineParameters
{
    public static JsonObject Of(IReadOnlyList<DefinedParameter> defined, IReadOnlyList<Parameter> given, List<string> faults)
    {
        var values = new JsonObject();
        foreach (var unknown in given.Where(g => defined.All(d => d.Name != g.Name)))
            faults.Add($"The pipeline has no parameter '{unknown.Name}'; it has {(defined.Count == 0 ? "none" : string.Join(", ", defined.Select(d => d.Name)))}.");
        foreach (var parameter in defined)
        {
            var text = given.FirstOrDefault(g => g.Name == parameter.Name)?.Value ?? (parameter.Default is { } standard ? Expressions.Text(standard) : null);
            if (text is null) faults.Add($"The parameter '{parameter.Name}' has no default: give a value.");
            else if (parameter.Allowed is { Count: > 0 } allowed && !allowed.Contains(text)) faults.Add($"The parameter '{parameter.Name}' is '{text}'; it may be {string.Join(", ", allowed)}.");
            else if (Typed(parameter.Type, text) is { } value) values[parameter.Name] = value;
            else faults.Add($"The parameter '{parameter.Name}' is '{text}', which is no {parameter.Type}.");
        }
        return values;
    }

    private static JsonNode? Typed(string type, string text) => type switch
    {
        "Integer" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
        "Float" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        "Boolean" => bool.TryParse(text, out var truth) ? truth : null,
        _ => text,
    };
}
