using System.Text.Json;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Training;

/// <summary>Script mode of the framework images: hyperparameters name a source archive and the program in it.</summary>
internal static class ScriptMode
{
    private const string ProgramKey = "sagemaker_program", SourceKey = "sagemaker_submit_directory", Platform = "sagemaker_";

    public static bool IsScript(IReadOnlyDictionary<string, string> hyperParameters) => hyperParameters.ContainsKey(ProgramKey);

    /// <summary>
    /// The program with its arguments. The SDK writes each value as JSON (a text in quotes): scripts see it without, as the containers' toolkit does.
    /// </summary>
    public static JobProgram? Program(ref IReadOnlyDictionary<string, string> hyperParameters, List<string> faults)
    {
        var plain = hyperParameters.ToDictionary(h => h.Key, h => Unquote(h.Value));
        hyperParameters = plain;
        var program = plain[ProgramKey];
        ObjectLocation? source = null;
        if (plain.TryGetValue(SourceKey, out var uri) && !S3Place.TryParse(uri, out source))
        {
            faults.Add($"The hyperparameter {SourceKey} '{uri}' is not the S3 URI of a tar.gz with the program.");
            return null;
        }
        var arguments = plain.Where(h => !h.Key.StartsWith(Platform, StringComparison.Ordinal)).OrderBy(h => h.Key, StringComparer.Ordinal).SelectMany(h => new[] { $"--{h.Key}", h.Value });
        return new ScriptProgram([.. Interpreter(program), .. arguments], source);
    }

    /// <summary>What runs a file of this kind.</summary>
    public static IReadOnlyList<string> Interpreter(string program)
    {
        var path = Path.IsPathRooted(program) ? program : "{code}/" + program;
        return Path.GetExtension(program) switch
        {
            ".py" => ["python3", path],
            ".sh" => ["bash", path],
            ".js" or ".mjs" or ".cjs" => ["node", path],
            ".dll" => ["dotnet", path],
            _ => [path],
        };
    }

    private static string Unquote(string value)
    {
        if (value is not ['"', .., '"']) return value;
        try
        {
            return JsonSerializer.Deserialize(value, SageMakerJson.Of<string>()) ?? "";
        }
        catch (JsonException)
        {
            return value;
        }
    }
}
