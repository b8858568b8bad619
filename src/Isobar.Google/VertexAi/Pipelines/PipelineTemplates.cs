using System.Text.Json.Nodes;
using Isobar.Engine.Objects;
using Isobar.Engine.Pipelines;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Pipelines.Kubeflow;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>Where a job's pipeline comes from: its own field, or a file in Cloud Storage.</summary>
internal sealed class PipelineTemplates(IObjectStore objects)
{
    private const long MaxTemplate = 16 * 1024 * 1024;
    private static readonly string[] Schemas = ["2.0.0", "2.1.0"];

    public async Task<JsonObject> ReadAsync(PipelineJob job, CancellationToken ct)
    {
        var spec = job.PipelineSpec is not null ? StructJson.Read(job.PipelineSpec)
            : job.TemplateUri.Length > 0 ? await FetchAsync(job.TemplateUri, ct).ConfigureAwait(false)
            : throw Faults.Required("pipeline_job.pipeline_spec");
        // Older compilers wrote a whole job.
        if (spec["pipelineSpec"] is JsonObject inner) spec = (JsonObject)inner.DeepClone();
        job.PipelineSpec ??= StructJson.Write(spec);
        var version = Expressions.Text(spec["schemaVersion"]);
        return Schemas.Contains(version) ? spec : throw Faults.Invalid("pipeline_job.pipeline_spec.schemaVersion", version, string.Join(", ", Schemas));
    }

    private async Task<JsonObject> FetchAsync(string uri, CancellationToken ct)
    {
        const string Field = "pipeline_job.template_uri";
        if (!uri.StartsWith("gs://", StringComparison.Ordinal)) throw Faults.Unimplemented($"{Field} '{uri}': templates are read from gs:// here, not from Artifact Registry.");
        var at = Gcs.Parse(uri, Field);
        var opened = await objects.OpenAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false);
        if (!opened.TryGet(out var content, out var error)) throw Faults.Invalid(Field, uri, error.Message);
        await using (content)
        {
            if (content.Length > MaxTemplate) throw Faults.Invalid(Field, uri, $"has {content.Length} bytes; at most {MaxTemplate} are read");
            using var reader = new StreamReader(content.Content);
            return PipelineText.Read(await reader.ReadToEndAsync(ct).ConfigureAwait(false), Field);
        }
    }
}
