using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Models;

/// <summary>Models: a file or folder of blobs.</summary>
internal sealed class ModelAsset(DataUris uris) : AssetType
{
    private static readonly string[] Types = ["custom_model", "mlflow_model", "triton_model"];
    private static readonly string[] Stages = ["None", "Development", "Production", "Staging", "Archived"];

    public override string Plural => "models";
    public override string Noun => "Model";
    public override IReadOnlyList<string> Fixed { get; } = ["modelUri", "modelType"];

    public override async Task CheckAsync(AssetDraft draft)
    {
        var properties = draft.Properties;
        properties["modelType"] ??= "custom_model";
        properties["modelType"] = properties.OneOf("modelType", "properties", Types);
        if (properties["stage"] is not null) properties.OneOf("stage", "properties", Stages);
        properties["flavors"] ??= new JsonObject();
        await uris.ResolveAsync(draft.Workspace, properties.RequiredText("modelUri", "properties"), "properties.modelUri", draft.Ct).ConfigureAwait(false);
    }
}
