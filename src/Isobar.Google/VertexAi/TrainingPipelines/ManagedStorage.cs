using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.TrainingPipelines;

/// <summary>Where Vertex AI keeps what has no address of its user's: split tables and AutoML's models. No listing of Cloud Storage shows it.</summary>
internal sealed class ManagedStorage(IObjectStore objects)
{
    /// <summary>The folder, below a pipeline's, of what goes when the pipeline is done.</summary>
    public const string Parts = "parts/";
    private static readonly BucketName Bucket = new("gcp-managed", "vertex-ai");

    /// <summary>The artifact that a training pipeline made.</summary>
    public static ObjectLocation Artifact(string pipeline) => new(Bucket, $"{pipeline}/model.tar.gz");

    public async Task<ObjectLocation> FolderAsync(string pipeline, CancellationToken ct)
    {
        var made = await objects.CreateBucketAsync(Bucket, ct: ct).ConfigureAwait(false);
        if (made.Error is { Code: not ErrorCode.AlreadyExists } error) throw Faults.Of(error);
        return new ObjectLocation(Bucket, $"{pipeline}/");
    }

    /// <summary>Drops what is below the folder of a pipeline that is done; its model stays.</summary>
    public async Task DropAsync(ObjectLocation folder, CancellationToken ct)
    {
        string? next = null;
        do
        {
            var page = (await objects.ListAsync(folder.Bucket, new ObjectQuery(folder.Key + Parts, Continue: next), ct).ConfigureAwait(false)).OrThrow();
            foreach (var found in page.Objects) await objects.DeleteAsync(folder.Bucket, found.Key, ct: ct).ConfigureAwait(false);
            next = page.Next;
        }
        while (next is not null);
    }
}
