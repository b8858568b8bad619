using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>The address of a batch endpoint: a request there starts a job, and lists those that were started; they are found at the endpoint's own path as well.</summary>
internal sealed class BatchScoringRoute(BatchEndpointFinder finder, ArmStore store, ArmKinds kinds, BatchInvocation invocation)
{
    private const string Header = "azureml-model-deployment";

    public async Task<ArmReply> PostAsync(ArmCall call)
    {
        var (workspace, endpoint) = await FindAsync(call).ConfigureAwait(false);
        if (call.Http.Request.Headers.Authorization.ToString().Length == 0) throw new ArmFault(401, "Unauthorized", "The endpoint asks for Authorization: Bearer with a token of Entra.");
        var body = await call.BodyAsync().ConfigureAwait(false);
        var named = call.Http.Request.Headers[Header].ToString() is { Length: > 0 } header ? header : null;
        var job = await invocation.StartAsync(workspace, endpoint, named, body.RequiredObject("properties", ""), call.Origin, call.Actor, call.Ct).ConfigureAwait(false);
        return new ArmReply(201, (await kinds.ShowAsync(job, call.Origin, call.Ct).ConfigureAwait(false)).Body);
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var (workspace, endpoint) = await FindAsync(call).ConfigureAwait(false);
        return await PageAsync(call, workspace.Id, endpoint.Name, null).ConfigureAwait(false);
    }

    public async Task<ArmReply> OneAsync(ArmCall call)
    {
        var (workspace, endpoint) = await FindAsync(call).ConfigureAwait(false);
        var job = await store.FindAsync(workspace.Id.Child(JobNames.Plural, call.Route("job")), call.Ct).ConfigureAwait(false);
        return job is not null && Fact(job, BatchNames.EndpointFact) == endpoint.Name
            ? ArmReply.Ok((await kinds.ShowAsync(job, call.Origin, call.Ct).ConfigureAwait(false)).Body)
            : throw new ArmFault(404, "NotFound", $"The batch endpoint '{endpoint.Name}' has no job '{call.Route("job")}'.");
    }

    /// <summary>The jobs of an endpoint or of one of its deployments, by Resource Manager's path.</summary>
    public async Task<ArmReply> ListByIdAsync(ArmCall call)
    {
        var resource = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        var isDeployment = resource.Type.EndsWith("/" + BatchNames.Deployments, StringComparison.OrdinalIgnoreCase);
        var endpoint = isDeployment ? resource.Path.Parent : resource.Path;
        return await PageAsync(call, endpoint.Parent, endpoint.Name, isDeployment ? resource.Name : null).ConfigureAwait(false);
    }

    private async Task<ArmReply> PageAsync(ArmCall call, ArmId workspace, string endpoint, string? deployment)
    {
        var all = (await store.ChildrenAsync(workspace, JobNames.Plural, call.Ct).ConfigureAwait(false))
            .Where(j => Fact(j, BatchNames.EndpointFact) == endpoint && (deployment is null || Fact(j, BatchNames.DeploymentFact) == deployment)).OrderByDescending(j => j.Created);
        return await call.PageAsync([.. all], rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    private async Task<(Workspaces.MlWorkspace Workspace, ArmResource Endpoint)> FindAsync(ArmCall call) =>
        await finder.FindAsync(call.Route("region"), call.Route("endpoint"), call.Ct).ConfigureAwait(false) ?? throw new ArmFault(404, "NotFound", $"There is no batch endpoint '{call.Route("endpoint")}' in '{call.Route("region")}'.");

    private static string? Fact(ArmResource job, string name) => (string?)(job.Properties["properties"] as JsonObject)?[name];
}
