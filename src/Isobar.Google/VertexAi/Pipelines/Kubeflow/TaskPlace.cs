using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Isobar.Engine.Pipelines;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>The names that belong to one task of one job: the same whenever they are asked for.</summary>
/// <param name="Job">The pipeline's job.</param>
/// <param name="Step">The step's name in the execution.</param>
/// <param name="Attempt">From 1.</param>
internal sealed record TaskPlace(PipelineFacts Job, string Step, int Attempt)
{
    /// <summary>Buckets lie below this folder of a task's tree, as they are mounted at <c>/gcs</c> in Vertex AI.</summary>
    public const string Mount = "/opt/ml/gcs";

    public static TaskPlace Of(PipelineTask task) => new(PipelineFacts.Of(task.Execution), task.Step.Name, task.Attempt);

    /// <summary>The task's number.</summary>
    public static long Number(string job, string step) => (long)(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{job}/{step}"))) >> 1);

    public long TaskId => Number(Job.Job, Step);

    /// <summary>The custom job that runs it.</summary>
    public string CustomJob => $"{Job.Name.Parent}/customJobs/{(Number(Job.Job, $"{Step}#{Attempt}") % 900_000_000_000_000_000 + 100_000_000_000_000_000).ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where it writes.</summary>
    public ObjectLocation Folder => Gcs.Parse(Job.Root, "gcs_output_directory").Below($"{Job.Name.Id}/{FileName(Step)}_{TaskId.ToString(CultureInfo.InvariantCulture)}{(Attempt > 1 ? "_" + Attempt.ToString(CultureInfo.InvariantCulture) : "")}/");

    /// <summary>The URI of an output.</summary>
    public string Uri(string output) => Gcs.Uri(Folder.Below(output));

    /// <summary>The path of something in the task's folder, as its program sees it.</summary>
    public string Path(string name) => Local(Uri(name));

    /// <summary>The resource that an output becomes in the metadata store.</summary>
    public string Artifact(string output) => $"{Store(Job)}/artifacts/{Number(Job.Job, $"{Step}#{output}").ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The resource that the task is in the metadata store.</summary>
    public static string Execution(PipelineFacts job, string step) => $"{Store(job)}/executions/{Number(job.Job, step).ToString(CultureInfo.InvariantCulture)}";

    public static string Store(PipelineFacts job) => $"{job.Name.Parent}/metadataStores/default";

    /// <summary>Where a program finds what a URI names.</summary>
    public static string Local(string uri) => uri.StartsWith("gs://", StringComparison.Ordinal) ? $"{Mount}/{uri[5..]}" : uri;

    private static string FileName(string step) => string.Concat(step.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
