using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.AutoMl.V1;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Vertex = Isobar.Google.VertexAi.V1;

namespace Isobar.Google.AutoMl;

/// <summary>Models that are deployed by themselves: an endpoint of Vertex AI stands for each.</summary>
internal sealed class AutoMlDeployments(AutoMlModels models, AutoMlDatasets datasets, EndpointRpc endpoints, EndpointStore store, ModelRpc vertexModels, OperationTable operations)
{
    private const string Deployed = "automl";
    private const long MaxNodes = 100;

    /// <summary>The endpoint of a model.</summary>
    public static ResourceName EndpointOf(string model)
    {
        var (name, _) = ModelStore.Split(model);
        return name with { Collection = EndpointStore.Endpoints, Id = "automl-" + name.Id };
    }

    public async Task<Operation> DeployAsync(DeployModelRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var model = await models.FindAsync(request.Name, ct).ConfigureAwait(false);
        var nodes = request.ImageClassificationModelDeploymentMetadata?.NodeCount is { } given and not 0 ? given : 1;
        if (nodes is < 1 or > MaxNodes) throw Faults.Invalid("image_classification_model_deployment_metadata.node_count", nodes.ToString(CultureInfo.InvariantCulture), $"1 to {MaxNodes}");
        var endpoint = EndpointOf(model.Name);
        switch (await store.GetAsync(endpoint.ToString(), ct).ConfigureAwait(false))
        {
            case { Value.DeployedModels.Count: > 0 }:
                throw Faults.Precondition($"The model {model.Name} is deployed already.");
            case null:
                await endpoints.CreateEndpoint(new Vertex.CreateEndpointRequest { Parent = endpoint.Parent, EndpointId = endpoint.Id, Endpoint = new Vertex.Endpoint { DisplayName = model.DisplayName } }, context).ConfigureAwait(false);
                break;
        }
        var wanted = new Vertex.DeployedModel { Id = Deployed, Model = model.Name, DedicatedResources = new Vertex.DedicatedResources { MinReplicaCount = (int)nodes, MachineSpec = new Vertex.MachineSpec { MachineType = "n1-standard-2" } } };
        await endpoints.DeployModel(new Vertex.DeployModelRequest { Endpoint = endpoint.ToString(), DeployedModel = wanted }, context).ConfigureAwait(false);
        return await operations.WaitingAsync(endpoint, datasets.Metadata(m => m.DeployModelDetails = new()), new Empty(), Deployed, gone: false, ct).ConfigureAwait(false);
    }

    public async Task<Operation> UndeployAsync(string name, ServerCallContext context)
    {
        var model = await models.FindAsync(name, context.CancellationToken).ConfigureAwait(false);
        if (!await RemoveAsync(model, context).ConfigureAwait(false)) throw Faults.Precondition($"The model {name} is not deployed.");
        return await operations.DoneAsync(EndpointOf(model.Name), datasets.Metadata(m => m.UndeployModelDetails = new()), new Empty(), context.CancellationToken).ConfigureAwait(false);
    }

    public async Task<Operation> DeleteModelAsync(string name, ServerCallContext context)
    {
        var model = await models.FindAsync(name, context.CancellationToken).ConfigureAwait(false);
        await RemoveAsync(model, context).ConfigureAwait(false);
        await vertexModels.DeleteModel(new Vertex.DeleteModelRequest { Name = model.Name }, context).ConfigureAwait(false);
        return await operations.DoneAsync(ModelStore.Split(model.Name).Name, datasets.Metadata(m => m.DeleteDetails = new()), new Empty(), context.CancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> RemoveAsync(Vertex.Model model, ServerCallContext context)
    {
        var endpoint = EndpointOf(model.Name).ToString();
        if (await store.GetAsync(endpoint, context.CancellationToken).ConfigureAwait(false) is not { } found) return false;
        var deployed = found.Value.DeployedModels.Count > 0;
        if (deployed) await endpoints.UndeployModel(new Vertex.UndeployModelRequest { Endpoint = endpoint, DeployedModelId = Deployed }, context).ConfigureAwait(false);
        await endpoints.DeleteEndpoint(new Vertex.DeleteEndpointRequest { Name = endpoint }, context).ConfigureAwait(false);
        return deployed;
    }
}
