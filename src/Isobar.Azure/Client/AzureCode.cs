using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;

namespace Isobar.Azure.Client;

/// <summary>The shell line of a command job that runs code of one's own: it needs no more of the environment than tar and what the program itself wants.</summary>
internal static class AzureCode
{
    public const string Input = "isobar_code";
    private const string Data = "isobar_data", Sources = "isobar_sources", Model = "isobar_model";

    // 1. the sources; 2. each channel as a folder, also where it is one file; 3. the program; 4. its model, packed.
    public static string Command(TrainingOrder order, TrainingCode code, JsonObject inputs)
    {
        // 1.
        List<string> steps = [$"mkdir -p {Sources} {Data} {Model}", $"tar -xzf ${{{{inputs.{Input}}}}} -C {Sources}", $"export SM_MODEL_DIR=\"$PWD/{Model}\""];
        if (order.Checkpoints) steps.Add($"export SM_CHECKPOINT_DIR=\"${{{{outputs.{AzureTraining.Checkpoints}}}}}\"");
        // 2.
        foreach (var channel in order.Channels.Keys)
        {
            var isFile = inputs[channel]?["jobInputType"]?.GetValue<string>() == "uri_file";
            if (isFile) steps.Add($"mkdir -p {Data}/{channel}");
            steps.Add($"ln -s ${{{{inputs.{channel}}}}} {Data}/{channel}{(isFile ? "/" : "")}");
            steps.Add($"export {CodeWords.Variable(channel)}=\"$PWD/{Data}/{channel}\"");
        }
        // 3.
        var program = CodeWords.Command(code.Entry, "./" + code.Entry).Concat(CodeWords.Arguments(order.HyperParameters)).Select(AzureTraining.Quote);
        steps.Add($"( cd {Sources} && {string.Join(' ', program)} )");
        // 4.
        steps.Add($"( cd {Model} && tar -czf ${{{{outputs.{AzureTraining.Output}}}}}/model.tar.gz * )");
        return string.Join(" && ", steps);
    }
}
