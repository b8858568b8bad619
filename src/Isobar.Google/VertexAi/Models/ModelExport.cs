using System.Globalization;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Models;

/// <summary>Copies a model's artifact to where its user wants it.</summary>
internal sealed class ModelExport(ModelStore models, IObjectStore objects, TimeProvider time)
{
    /// <summary>The format of Vertex AI that means the files as they are.</summary>
    public const string Format = "custom-trained";

    /// <summary>Gives the folder that was made.</summary>
    public async Task<string> RunAsync(Model model, ExportModelRequest.Types.OutputConfig config, CancellationToken ct)
    {
        if (config.ExportFormatId is not ("" or Format)) throw Faults.Invalid("output_config.export_format_id", config.ExportFormatId, $"{Format}: the ONNX artifact as it is");
        if (config.ImageDestination is not null) throw Faults.Unimplemented("output_config.image_destination: models run here without an image.");
        if (config.ArtifactDestination is not { OutputUriPrefix.Length: > 0 } destination) throw Faults.Required("output_config.artifact_destination.output_uri_prefix");
        if (await models.SpecAsync(model, ct).ConfigureAwait(false) is not { Artifact: { } artifact }) throw Faults.Precondition($"The model {model.Name} has no artifact that could be exported.");
        var folder = Gcs.Parse(destination.OutputUriPrefix, "output_config.artifact_destination.output_uri_prefix").Below(
            string.Create(CultureInfo.InvariantCulture, $"model-export-{model.DisplayName}-{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}"));
        var target = folder.Below(artifact.Key[(artifact.Key.LastIndexOf('/') + 1)..]);
        (await objects.CopyAsync(artifact.Bucket, artifact.Key, null, target.Bucket, target.Key, ct: ct).ConfigureAwait(false)).OrThrow();
        return Gcs.Uri(folder);
    }
}
