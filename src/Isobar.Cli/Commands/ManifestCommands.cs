using System.CommandLine;
using System.Text.Json.Nodes;
using Isobar.MultiCloud.Manifests;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar validate</c> and <c>isobar schema</c>: manifests without a server.</summary>
internal static class ManifestCommands
{
    public static Command Validate()
    {
        var file = new Argument<string>("manifest") { Description = "The manifest, YAML" };
        var command = new Command("validate", "Check a manifest and tell every fault with its line and column") { file };
        command.SetAction(async (parsed, ct) =>
        {
            if (!(await ManifestFile.ReadAsync(parsed.GetValue(file)!, ct)).TryGet(out var manifest, out var error)) return Exit.Fail(error);
            if (parsed.GetValue(Globals.Json)) Output.Json(new JsonObject { ["valid"] = true, ["project"] = manifest.Name, ["models"] = manifest.Models?.Count ?? 0 });
            else Console.WriteLine($"{parsed.GetValue(file)} is as it must be: the project {manifest.Name} with {manifest.Models?.Count ?? 0} model(s).");
            return Exit.Ok;
        });
        return command;
    }

    public static Command Schema()
    {
        var command = new Command("schema", "Print the JSON Schema of manifests, by which editors complete them");
        command.SetAction(_ =>
        {
            Console.WriteLine(ManifestSchema.Create().ToJsonString(new System.Text.Json.JsonSerializerOptions(Output.Readable) { WriteIndented = true }));
            return Exit.Ok;
        });
        return command;
    }
}
