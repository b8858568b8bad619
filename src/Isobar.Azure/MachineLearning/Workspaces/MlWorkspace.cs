using Isobar.Azure.Blobs;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Workspaces;

/// <summary>A workspace as the other resources see it.</summary>
internal sealed record MlWorkspace(ArmResource Resource)
{
    public ArmId Id => Resource.Path;
    public string Name => Resource.Name;
    public string Location => Resource.Location ?? "eastus";
    public string WorkspaceId => (string)Resource.Properties["workspaceId"]!;

    /// <summary>The storage account that its default datastores lie in.</summary>
    public string Account => ArmId.Parse((string)Resource.Properties["storageAccount"]!).Name;

    /// <summary>The container of its default datastores.</summary>
    public string Container => $"azureml-blobstore-{WorkspaceId}";

    public BucketName Bucket => BlobNames.Bucket(Account, Container);

    /// <summary>A place in the default datastore.</summary>
    public ObjectLocation At(string path) => new(Bucket, path);

    /// <summary>Where MLflow's clients reach the workspace's tracking, without scheme and host.</summary>
    public string TrackingPath => "/mlflow/v1.0" + Id.Text;
}
