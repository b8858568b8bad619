using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Logs;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>Names of batch endpoints and deployments.</summary>
internal static class BatchNames
{
    public const string Plural = "batchEndpoints", Deployments = "deployments", Prefix = "/batch-endpoints/", LogGroup = "azureml/batchEndpoints";
    /// <summary>Among a job's properties: which endpoint and deployment started it.</summary>
    public const string EndpointFact = "azureml.batchEndpointName", DeploymentFact = "azureml.batchDeploymentName";
    public static readonly string EndpointType = Ml.TypeOf(Plural), DeploymentType = EndpointType + "/" + Deployments;

    public static LogStreamName Log(string engineId) => new("azure", LogGroup, engineId);

    public static string ScoringUri(string origin, string region, ArmId endpoint) => $"{origin}{Prefix}{region}/{endpoint.Name}/jobs";
}
