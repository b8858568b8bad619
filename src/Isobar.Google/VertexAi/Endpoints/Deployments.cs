using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Explanations;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.TrainingPipelines;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Endpoints;

/// <summary>Deployed models: each is a variant of the engine's endpoint, which is there as long as one is deployed.</summary>
internal sealed class Deployments(EndpointStore store, ModelStore models, IEndpoints engine, RequestLogging logging, OperationTable operations, NameLocks locks, TimeProvider time)
{
    public const string LogGroup = "aiplatform.googleapis.com/Endpoint";

    // 1. Find the endpoint and the model. 2. Name the deployed model and divide the traffic. 3. Hand the new configuration to the engine. 4. Keep it.
    public async Task<Operation> DeployAsync(DeployModelRequest request, CancellationToken ct)
    {
        // 1.
        using var held = await locks.EnterAsync(request.Endpoint, ct).ConfigureAwait(false);
        var endpoint = (await store.FindAsync(request.Endpoint, ct, "endpoint").ConfigureAwait(false)).Value;
        var deployed = request.DeployedModel ?? throw Faults.Required("deployed_model");
        var model = (await models.FindAsync(deployed.Model, ct, "deployed_model.model").ConfigureAwait(false)).Value;

        if (ForecastKind.Made(model)) throw Faults.Precondition($"The model {deployed.Model} forecasts, which Vertex AI does in batches alone: it is not deployed. Make a batch prediction.");

        // 2.
        if (deployed.Id.Length == 0) deployed.Id = ResourceName.NewId();
        if (deployed.Id.Length > 128 || !deployed.Id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')) throw Faults.Invalid("deployed_model.id", deployed.Id, "up to 128 letters, digits and hyphens");
        if (endpoint.DeployedModels.Any(d => d.Id == deployed.Id)) throw Faults.Of(new Error(ErrorCode.AlreadyExists, $"The endpoint has a deployed model {deployed.Id} already."));
        if (deployed.PredictionResourcesCase == DeployedModel.PredictionResourcesOneofCase.None) throw Faults.Required("deployed_model.dedicated_resources");
        if (Replicas(deployed) is < 1 or > 1000) throw Faults.Invalid("deployed_model.dedicated_resources.min_replica_count", Replicas(deployed).ToString(CultureInfo.InvariantCulture), "1 to 1000");
        (deployed.Model, deployed.ModelVersionId, deployed.CreateTime) = (model.Name, model.VersionId, time.GetUtcNow().ToTimestamp());
        if (deployed.DisplayName.Length == 0) deployed.DisplayName = model.DisplayName;
        deployed.ExplanationSpec = deployed.DisableExplanations ? null : ExplanationSpecs.Merge(model.ExplanationSpec, deployed.ExplanationSpec);
        ExplanationSpecs.Check(deployed.ExplanationSpec, "deployed_model.explanation_spec", whole: true);
        endpoint.DeployedModels.Add(deployed);
        // "0" stands for the model that is being deployed and has no id yet.
        if (request.TrafficSplit.Count > 0) Replace(endpoint.TrafficSplit, request.TrafficSplit.ToDictionary(t => t.Key == "0" ? deployed.Id : t.Key, t => t.Value));
        else endpoint.TrafficSplit[deployed.Id] = endpoint.DeployedModels.Count == 1 ? 100 : 0;
        CheckTraffic(endpoint.TrafficSplit, endpoint.DeployedModels, "traffic_split");

        // 3.
        await ApplyAsync(endpoint, ct).ConfigureAwait(false);

        // 4.
        await store.PutAsync(endpoint, ct).ConfigureAwait(false);
        return await operations.WaitingAsync(ResourceName.Parse(endpoint.Name, EndpointStore.Endpoints), new DeployModelOperationMetadata { GenericMetadata = operations.Now() }, new DeployModelResponse { DeployedModel = deployed }, deployed.Id, gone: false, ct).ConfigureAwait(false);
    }

    public async Task<Operation> UndeployAsync(UndeployModelRequest request, CancellationToken ct)
    {
        using var held = await locks.EnterAsync(request.Endpoint, ct).ConfigureAwait(false);
        var endpoint = (await store.FindAsync(request.Endpoint, ct, "endpoint").ConfigureAwait(false)).Value;
        var gone = Find(endpoint, request.DeployedModelId, "deployed_model_id");
        endpoint.DeployedModels.Remove(gone);
        var share = endpoint.TrafficSplit.GetValueOrDefault(gone.Id);
        endpoint.TrafficSplit.Remove(gone.Id);
        if (request.TrafficSplit.Count > 0) Replace(endpoint.TrafficSplit, request.TrafficSplit);
        else if (share > 0 && endpoint.DeployedModels.Count > 0) throw Faults.Precondition($"The deployed model {gone.Id} has {share} percent of the traffic: say in traffic_split who takes it.");
        CheckTraffic(endpoint.TrafficSplit, endpoint.DeployedModels, "traffic_split");
        await ApplyAsync(endpoint, ct).ConfigureAwait(false);
        await store.PutAsync(endpoint, ct).ConfigureAwait(false);
        var (name, metadata) = (ResourceName.Parse(endpoint.Name, EndpointStore.Endpoints), new UndeployModelOperationMetadata { GenericMetadata = operations.Now() });
        return endpoint.DeployedModels.Count == 0
            ? await operations.DoneAsync(name, metadata, new UndeployModelResponse(), ct).ConfigureAwait(false)
            : await operations.WaitingAsync(name, metadata, new UndeployModelResponse(), gone.Id, gone: true, ct).ConfigureAwait(false);
    }

    public async Task<Operation> MutateAsync(MutateDeployedModelRequest request, CancellationToken ct)
    {
        using var held = await locks.EnterAsync(request.Endpoint, ct).ConfigureAwait(false);
        var endpoint = (await store.FindAsync(request.Endpoint, ct, "endpoint").ConfigureAwait(false)).Value;
        var change = request.DeployedModel ?? throw Faults.Required("deployed_model");
        var deployed = Find(endpoint, change.Id, "deployed_model.id");
        foreach (var path in request.UpdateMask?.Paths ?? throw Faults.Required("update_mask"))
        {
            var (root, leaf) = path.Split('.') is [var a, .. var rest] ? (a, string.Join('.', rest)) : (path, "");
            if (root is not ("dedicated_resources" or "dedicatedResources") || change.DedicatedResources is not { } resources) throw Faults.Invalid("update_mask", path, "dedicated_resources, dedicated_resources.min_replica_count, dedicated_resources.max_replica_count");
            deployed.DedicatedResources ??= new DedicatedResources();
            if (leaf is "" or "min_replica_count" or "minReplicaCount") deployed.DedicatedResources.MinReplicaCount = resources.MinReplicaCount;
            if (leaf is "" or "max_replica_count" or "maxReplicaCount") deployed.DedicatedResources.MaxReplicaCount = resources.MaxReplicaCount;
        }
        if (Replicas(deployed) is < 1 or > 1000) throw Faults.Invalid("deployed_model.dedicated_resources.min_replica_count", Replicas(deployed).ToString(CultureInfo.InvariantCulture), "1 to 1000");
        var name = ResourceName.Parse(endpoint.Name, EndpointStore.Endpoints);
        (await engine.SetWeightsAndCapacitiesAsync(name.Engine, [new VariantChange(deployed.Id, Count: Replicas(deployed))], ct).ConfigureAwait(false)).OrThrow();
        await store.PutAsync(endpoint, ct).ConfigureAwait(false);
        return await operations.WaitingAsync(name, new MutateDeployedModelOperationMetadata { GenericMetadata = operations.Now() }, new MutateDeployedModelResponse { DeployedModel = deployed }, deployed.Id, gone: false, ct).ConfigureAwait(false);
    }

    /// <summary>Shares are of those deployed and make 100 in all; none at all means that the endpoint takes no traffic.</summary>
    public static void CheckTraffic(MapField<string, int> split, RepeatedField<DeployedModel> deployed, string field)
    {
        foreach (var (id, share) in split)
        {
            if (deployed.All(d => d.Id != id)) throw Faults.Invalid(field, id, $"deployed models are {string.Join(", ", deployed.Select(d => d.Id))}");
            if (share is < 0 or > 100) throw Faults.Invalid($"{field}[{id}]", share.ToString(CultureInfo.InvariantCulture), "0 to 100");
        }
        if (split.Count > 0 && split.Values.Sum() != 100) throw Faults.Invalid(field, split.Values.Sum().ToString(CultureInfo.InvariantCulture), "the shares must make 100 in all");
    }

    private async Task ApplyAsync(Endpoint endpoint, CancellationToken ct)
    {
        var name = ResourceName.Parse(endpoint.Name, EndpointStore.Endpoints);
        var there = await engine.GetAsync(name.Engine, ct).ConfigureAwait(false);
        // What never came into service is no base for an update.
        if (endpoint.DeployedModels.Count == 0 || there is { IsOk: true, Value.State: EndpointState.Failed })
        {
            if ((await engine.DeleteAsync(name.Engine, ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.NotFound } error) throw Faults.Of(error);
            if (endpoint.DeployedModels.Count == 0) return;
        }
        var variants = new List<VariantSpec>();
        foreach (var deployed in endpoint.DeployedModels)
        {
            var model = (await models.FindAsync($"{deployed.Model}@{deployed.ModelVersionId}", ct).ConfigureAwait(false)).Value;
            variants.Add(new VariantSpec
            {
                Name = deployed.Id,
                Model = await models.SpecAsync(model, ct).ConfigureAwait(false),
                Weight = endpoint.TrafficSplit.GetValueOrDefault(deployed.Id),
                InstanceType = deployed.DedicatedResources?.MachineSpec?.MachineType is { Length: > 0 } machine ? machine : "n1-standard-2",
                InstanceCount = Replicas(deployed),
                StartTimeout = model.ContainerSpec?.DeploymentTimeout?.ToTimeSpan() ?? TimeSpan.FromMinutes(30),
                Log = deployed.DisableContainerLogging ? null : new LogStreamName("gcp", LogGroup, $"{name.Project}/{name.Location}/{name.Id}/{deployed.Id}"),
            });
        }
        var spec = new EndpointSpec { Id = name.Engine, Owner = "gcp", Name = name.Id, Region = name.Location, Variants = variants, Capture = await logging.OfAsync(endpoint, ct).ConfigureAwait(false), Tags = endpoint.Labels.ToDictionary() };
        var made = await engine.CreateAsync(spec, ct).ConfigureAwait(false);
        if (made.Error is { Code: ErrorCode.AlreadyExists }) made = await engine.UpdateAsync(spec, ct: ct).ConfigureAwait(false);
        made.OrThrow();
    }

    private static int Replicas(DeployedModel deployed) => deployed.PredictionResourcesCase switch
    {
        DeployedModel.PredictionResourcesOneofCase.DedicatedResources => deployed.DedicatedResources.MinReplicaCount,
        DeployedModel.PredictionResourcesOneofCase.AutomaticResources => Math.Max(1, deployed.AutomaticResources.MinReplicaCount),
        _ => 1,
    };

    private static DeployedModel Find(Endpoint endpoint, string id, string field) => endpoint.DeployedModels.FirstOrDefault(d => d.Id == id)
        ?? throw Faults.Of(new Error(ErrorCode.NotFound, $"{field} '{id}': the endpoint has {(endpoint.DeployedModels.Count == 0 ? "no deployed model" : string.Join(", ", endpoint.DeployedModels.Select(d => d.Id)))}."));

    private static void Replace(MapField<string, int> split, IEnumerable<KeyValuePair<string, int>> with)
    {
        split.Clear();
        foreach (var (id, share) in with) split[id] = share;
    }
}
