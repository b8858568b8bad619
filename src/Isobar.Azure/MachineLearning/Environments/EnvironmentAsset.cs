using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Environments;

/// <summary>Environments. Code runs with what this machine has installed; the description is kept and its variables' names are told to nobody.</summary>
internal sealed class EnvironmentAsset : AssetType
{
    public override string Plural => "environments";
    public override string Noun => "Environment";
    public override string Note => "kept; jobs run with this machine's own programs";
    public override IReadOnlyList<string> Fixed { get; } = ["image", "condaFile", "build"];

    public override Task CheckAsync(AssetDraft draft)
    {
        var properties = draft.Properties;
        var image = properties.Text("image", "properties");
        var build = properties.Object("build", "properties");
        properties.Text("condaFile", "properties");
        if (image is null && build is null) throw ArmFault.Required("properties.image");
        if (image is not null && build is not null) throw ArmFault.Invalid("properties.build", "an object", "image and build exclude each other");
        build?.RequiredText("contextUri", "properties.build");
        properties["osType"] ??= "Linux";
        properties.OneOf("osType", "properties", "Linux", "Windows");
        properties["environmentType"] = "UserCreated";
        return Task.CompletedTask;
    }
}
