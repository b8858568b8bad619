using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Data;

/// <summary>Data assets: named places.</summary>
internal sealed class DataAsset(DataUris uris) : AssetType
{
    private static readonly string[] Types = ["uri_file", "uri_folder", "mltable"];

    public override string Plural => "data";
    public override string Noun => "Data";
    public override IReadOnlyList<string> Fixed { get; } = ["dataUri", "dataType"];

    public override async Task CheckAsync(AssetDraft draft)
    {
        draft.Properties.OneOf("dataType", "properties", Types);
        await uris.ResolveAsync(draft.Workspace, draft.Properties.RequiredText("dataUri", "properties"), "properties.dataUri", draft.Ct).ConfigureAwait(false);
    }
}
