using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Code;

/// <summary>Code: a folder of blobs that jobs and deployments run.</summary>
internal sealed class CodeAsset(DataUris uris) : AssetType
{
    public override string Plural => "codes";
    public override string Noun => "Code";
    public override IReadOnlyList<string> Fixed { get; } = ["codeUri"];

    public override Task CheckAsync(AssetDraft draft) =>
        uris.ResolveAsync(draft.Workspace, draft.Properties.RequiredText("codeUri", "properties"), "properties.codeUri", draft.Ct);
}
